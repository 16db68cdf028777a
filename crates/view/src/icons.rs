//! Glyphs of components on a 24-unit grid, 1.5-unit stroke: drawn from what a thing does.

/// The outline of a component's glyph by its kind slug; a dashed box for unknown kinds.
#[must_use]
pub fn path(kind: &str) -> &'static str {
    match kind {
        "region" => "M5 21V4M5 4.5h12l-2.5 4 2.5 4H5M3 21h4",
        "availability-zone" => "M4 4h6.5v16H4zM13.5 4H20v16h-6.5zM6.2 8h2M6.2 12h2M15.8 8h2M15.8 12h2",
        "vpc" => {
            "M7 18.5A4.4 4.4 0 0 1 6.4 9.7 6 6 0 0 1 18 8.5a5 5 0 0 1-.5 10zM12 14.8v-3M10.2 14.8h3.6v-2.5"
        }
        "subnet" => "M4 5.5h16v13H4zM4 9.8h16M8.2 13v2.2M12 13v2.2M15.8 13v2.2",
        "instance" => {
            "M6.5 6.5h11v11h-11zM10 10h4v4h-4zM9.5 3.5v3M14.5 3.5v3M9.5 17.5v3M14.5 17.5v3M3.5 9.5h3M3.5 14.5h3M17.5 9.5h3M17.5 14.5h3"
        }
        "network-interface" => "M4 4.5h16v15H4zM8 19.5v-6h2v-3h4v3h2v6M7.5 8h0M16.5 8h0",
        "security-group" => {
            "M9 9h6v6H9zM8.5 4H6a2 2 0 0 0-2 2v2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5M15.5 20H18a2 2 0 0 0 2-2v-2.5"
        }
        "network-acl" => {
            "M4 20.5V8l2-2.5L8 8v12.5M10 20.5V8l2-2.5L14 8v12.5M16 20.5V8l2-2.5L20 8v12.5M2.5 11.5h19M2.5 16.5h19"
        }
        "route-table" => {
            "M12 3v18M9 21h6M12 4.5h5.5L19.5 6.5l-2 2H12M12 9.5H6.5l-2 2 2 2H12M12 14.5h4.5l1.8 1.6-1.8 1.6H12"
        }
        "prefix-list" => "M9 6h11M9 12h11M9 18h11M4.5 6h.6M4.5 12h.6M4.5 18h.6",
        "internet-gateway" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M8.5 10h7M13.2 7.7l2.3 2.3-2.3 2.3M15.5 15.5h-7M10.8 13.2l-2.3 2.3 2.3 2.3"
        }
        "egress-only-internet-gateway" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M8.5 8.5h7M13.2 6.2l2.3 2.3-2.3 2.3M13.3 12.6c-1.7.3-2.8 1.7-2.8 3.6a1.8 1.8 0 1 0 1.8-1.8c-.9 0-1.6.6-1.8 1.5"
        }
        "nat-gateway" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M8.5 8.5h7M13.2 6.2l2.3 2.3-2.3 2.3M8 14.8c0-1 .8-1.5 1.9-1.5 1 0 1.3.5 2.1.5s1.1-.5 2.1-.5c1.1 0 1.9.5 1.9 1.5 0 1.3-.8 2.4-1.9 2.4S12.8 16 12 16s-1 1.2-2.1 1.2S8 16.1 8 14.8z"
        }
        "elastic-ip" => "M12 21s-6.5-5.6-6.5-11a6.5 6.5 0 0 1 13 0c0 5.4-6.5 11-6.5 11zM9.5 10h5M12 7.5v5",
        "internet-host" => "M3.5 5h17v11h-17zM8.5 20h7M12 16v4M7 8.5h4M7 11.5h7",
        "internet" => {
            "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c2.6 2.7 3.7 5.7 3.7 9s-1.1 6.3-3.7 9c-2.6-2.7-3.7-5.7-3.7-9s1.1-6.3 3.7-9z"
        }
        _ => {
            "M4 8V5.5A1.5 1.5 0 0 1 5.5 4H8M16 4h2.5A1.5 1.5 0 0 1 20 5.5V8M20 16v2.5a1.5 1.5 0 0 1-1.5 1.5H16M8 20H5.5A1.5 1.5 0 0 1 4 18.5V16M10 10.2a2 2 0 1 1 2.7 1.9c-.5.2-.7.6-.7 1.2M12 16.2h.01"
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_component_has_a_glyph_of_its_own() {
        let unknown = super::path("?");
        for spec in hopscope_aws::CATALOG.iter().filter(|spec| spec.kind != "unmodelled") {
            assert_ne!(super::path(spec.kind), unknown, "{}", spec.kind);
        }
    }
}
