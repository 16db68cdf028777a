//! Route 53's routing policies: which records answer, by weight, place, latency, health (R53-10 to R53-24).
