//! Networks and flows made at random.
