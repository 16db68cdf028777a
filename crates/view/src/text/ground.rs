//! Words of the ground between two hops.

use crate::ground::{Crossing, Ground, Wrap};

/// What a packet crosses, in one sentence; `place` is what the place of a fibre is called.
#[must_use]
pub fn crossing(crossing: &Crossing, place: &str) -> String {
    let ground = match crossing.ground {
        Ground::Zones => "Crosses from one Availability Zone to another".to_owned(),
        Ground::Backbone => "Crosses the AWS backbone".to_owned(),
        Ground::Edge => "Passes a point of presence of AWS".to_owned(),
        Ground::Internet => "Crosses internet providers and exchanges".to_owned(),
        Ground::Fibre if place.is_empty() => "Crosses the Direct Connect fibre".to_owned(),
        Ground::Fibre => format!("Crosses the Direct Connect fibre at {place}"),
    };
    let mut parts = Vec::new();
    for wrap in &crossing.wraps {
        parts.push(match wrap {
            Wrap::Ipsec { from, to } if from.is_empty() || to.is_empty() => {
                "inside an IPsec tunnel (ESP)".to_owned()
            }
            Wrap::Ipsec { from, to } => format!("inside an IPsec tunnel (ESP) from {from} to {to}"),
            Wrap::Tls => "inside a TLS tunnel".to_owned(),
            Wrap::Vlan(vlan) => format!("as Ethernet frames with VLAN tag {vlan}"),
            Wrap::Macsec => format!(
                "encrypted by MACsec on this hop alone: {} bytes more, and only Ethernet addresses and SecTAG stay \
                 readable",
                crossing.extra_bytes()
            ),
        });
    }
    if crossing.ground == Ground::Fibre && crossing.readable() {
        parts.push("in clear text".to_owned());
    }
    let how = if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) };
    format!("{ground}{how}.")
}

/// Milliseconds, to a digit that means something.
fn milliseconds(micros: u32) -> String {
    let tenths = micros.div_ceil(100);
    if tenths.is_multiple_of(10) {
        format!("{}", tenths / 10)
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// How long one step takes.
#[must_use]
pub fn latency(micros: u32) -> String {
    format!("Takes about {} ms (typical, not measured).", milliseconds(micros))
}

/// How long all steps of a way take together.
#[must_use]
pub fn latency_of_leg(micros: u32) -> String {
    format!("All steps of this way together take about {} ms (typical, not measured).", milliseconds(micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fibre_says_whether_anybody_can_read_along() {
        let fibre =
            |wraps: Vec<Wrap>| crossing(&Crossing { ground: Ground::Fibre, at: None, wraps }, "Frankfurt");
        assert_eq!(
            fibre(vec![Wrap::Vlan(101)]),
            "Crosses the Direct Connect fibre at Frankfurt, as Ethernet frames with VLAN tag 101, in clear text."
        );
        let macsec = fibre(vec![Wrap::Vlan(101), Wrap::Macsec]);
        assert!(macsec.contains("32 bytes more") && !macsec.contains("clear text"), "{macsec}");
        let (from, to) = ("198.51.100.1".to_owned(), "203.0.113.101".to_owned());
        let ipsec = fibre(vec![Wrap::Ipsec { from, to }, Wrap::Vlan(102)]);
        assert!(
            ipsec.contains("from 198.51.100.1 to 203.0.113.101") && !ipsec.contains("clear text"),
            "{ipsec}"
        );
    }

    #[test]
    fn milliseconds_have_at_most_one_digit_behind_the_point() {
        for (micros, text) in [(100, "0.1"), (150, "0.2"), (1_000, "1"), (40_150, "40.2"), (0, "0")] {
            assert_eq!(latency(micros), format!("Takes about {text} ms (typical, not measured)."));
        }
        assert!(latency_of_leg(u32::MAX).contains("4294967.3 ms"));
    }

    #[test]
    fn plain_ground_needs_no_more_words() {
        let plain = |ground| crossing(&Crossing { ground, at: None, wraps: Vec::new() }, "");
        assert_eq!(plain(Ground::Backbone), "Crosses the AWS backbone.");
        assert_eq!(plain(Ground::Zones), "Crosses from one Availability Zone to another.");
    }
}
