//! Places on earth, distances between them, and latencies between places and Regions.
