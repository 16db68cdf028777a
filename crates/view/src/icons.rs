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
        "vpc-peering-connection" => {
            "M3 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 0 0-7 0zM14 12a3.5 3.5 0 1 0 7 0 3.5 3.5 0 0 0-7 0zM10 12h4"
        }
        "transit-gateway" => {
            "M9 12a3 3 0 1 0 6 0 3 3 0 0 0-6 0zM12 9V4M12 15v5M9 12H4M15 12h5M9.5 4h5M9.5 20h5M4 9.5v5M20 9.5v5"
        }
        "transit-gateway-attachment" => "M3.5 9h6v6h-6zM9.5 12h5M14.5 12a3 3 0 1 0 6 0 3 3 0 0 0-6 0z",
        "transit-gateway-route-table" => "M4 4.5h16v15H4zM4 9.5h16M9.5 9.5v10M14.8 12.2v4.6M12.5 14.5h4.6",
        "virtual-private-gateway" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M9 11.5h6v5H9zM10 11.5V9.8a2 2 0 0 1 4 0v1.7"
        }
        "vpn-connection" => "M3 7h18M3 17h18M9 11.5h6v3.5H9zM10.3 11.5v-.8a1.7 1.7 0 0 1 3.4 0v.8",
        "direct-connect-gateway" => "M12 3.5l8.5 8.5-8.5 8.5L3.5 12zM8 12h8M14 10l2 2-2 2M10 10l-2 2 2 2",
        "direct-connect-location" => {
            "M5 21V6.5L12 3l7 3.5V21M3 21h18M9 10h1.5M13.5 10H15M9 13.5h1.5M13.5 13.5H15M10.5 21v-4h3v4"
        }
        "direct-connect-lag" => "M3 7.5h4.5l3 4.5-3 4.5H3M21 7.5h-4.5l-3 4.5 3 4.5H21M3 12h18",
        "direct-connect-connection" => "M3 12h4.5M7.5 7.5v9h4a4.5 4.5 0 0 0 0-9zM16 10.5h5M16 13.5h5",
        "virtual-interface" => "M3 12h3M8.5 12h3M14 12h3M19.5 12H21M3 7.5h18M3 16.5h18",
        "on-premises" => {
            "M4 21V8h9v13M13 12h7v9M2.5 21h19M7 11.5h.6M10 11.5h.6M7 15h.6M10 15h.6M16.3 15.5h.6M16.3 18.2h.6M6.5 8V4.5h4V8"
        }
        "on-premises-host" => "M7 3.5h10v17H7zM10 7h4M10 10h4M12 16.5h.01",
        "on-premises-firewall" => {
            "M3.5 6h17v12h-17zM3.5 10h17M3.5 14h17M9 6v4M15 6v4M6.5 10v4M12 10v4M17.5 10v4M9 14v4M15 14v4"
        }
        "customer-gateway" => {
            "M3.5 13h17v6h-17zM7 16h.01M10 16h.01M16 13V8.5M13.5 7a3.5 3.5 0 0 1 5 0M11.7 4.8a6 6 0 0 1 8.6 0"
        }
        "client-vpn-endpoint" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M10 9.5a2 2 0 1 0 4 0 2 2 0 0 0-4 0zM8.5 17c.3-2.2 1.7-3.5 3.5-3.5s3.2 1.3 3.5 3.5"
        }
        "vpn-client" => "M5 5h14v10.5H5zM2.5 19h19M9.5 9.8h5v3.2h-5zM10.7 9.8V9a1.3 1.3 0 0 1 2.6 0v.8",
        "aws-service" => {
            "M12 3.5l7.5 4.3v8.5L12 20.5l-7.5-4.2V7.8zM9.5 12a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0z"
        }
        "gateway-endpoint" => {
            "M5 21V5.5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2V21M3 21h18M8 12.5h3.3M11.3 12.5a2.3 2.3 0 1 0 4.6 0 2.3 2.3 0 0 0-4.6 0z"
        }
        "interface-endpoint" => {
            "M3.5 6.5h9v11h-9zM6 17.5v-4h4v4M12.5 10H16M16 10a2.3 2.3 0 1 0 4.6 0 2.3 2.3 0 0 0-4.6 0z"
        }
        "endpoint-service" => {
            "M3.5 12a2.3 2.3 0 1 0 4.6 0 2.3 2.3 0 0 0-4.6 0zM8.1 12H12M12 5.5h8.5v13H12zM14.8 9.5h3M14.8 12h3M14.8 14.5h3"
        }
        "certificate" => {
            "M4 4.5h16v11H4zM7 8h10M7 11h5M13.5 14.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM14.5 16.7V21l1.5-1 1.5 1v-4.3"
        }
        "target-group" => {
            "M3.5 12a8.5 8.5 0 1 0 17 0 8.5 8.5 0 0 0-17 0zM7.5 12a4.5 4.5 0 1 0 9 0 4.5 4.5 0 0 0-9 0zM11 12a1 1 0 1 0 2 0 1 1 0 0 0-2 0z"
        }
        "application-load-balancer" => {
            "M2.5 12H6M6 9.5h5v5H6zM11 12h2.5M13.5 12L17 6.5M13.5 12H17M13.5 12l3.5 5.5M17 4.5h4v4h-4zM17 10h4v4h-4zM17 15.5h4v4h-4zM7.7 12h1.6"
        }
        "network-load-balancer" => {
            "M3 12h5M8 12l6.5-5.5H17M8 12h9M8 12l6.5 5.5H17M17 4.5h4v4h-4zM17 10h4v4h-4zM17 15.5h4v4h-4z"
        }
        "gateway-load-balancer" => "M3 12h5M8 12l5-5M8 12l5 5M13 4.5h7v5h-7zM13 14.5h7v5h-7zM16.5 9.5v5",
        "gateway-load-balancer-endpoint" => "M3.5 8.5h7v7h-7zM10.5 12H14M14 8.5l6.5 3.5-6.5 3.5z",
        "network-firewall" => {
            "M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM4.8 10h14.4M5.5 14.5h13M12 3.5V10M9.5 10v4.5M14.5 10v4.5"
        }
        "network-firewall-endpoint" => {
            "M14 5l6.5 2.2v4.6c0 3.6-2.5 6.2-6.5 7.4-4-1.2-6.5-3.8-6.5-7.4V7.2zM2.5 12H11M11 12a3 3 0 1 0 6 0 3 3 0 0 0-6 0z"
        }
        "edge-location" => {
            "M12 21s-7-6-7-11.5a7 7 0 0 1 14 0C19 15 12 21 12 21zM8.8 9.5h6.4M13 7.3l2.2 2.2-2.2 2.2"
        }
        "web-acl" => {
            "M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM7.8 9.5l1.5 5 1.7-4h2l1.7 4 1.5-5"
        }
        "cloudfront-distribution" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 9.3a2.7 2.7 0 1 0 0 5.4 2.7 2.7 0 0 0 0-5.4zM6.5 7.5h.01M17.5 7.5h.01M6.5 16.5h.01M17.5 16.5h.01M12 5.6v3.7M12 14.7v3.7"
        }
        "shield-protection" => {
            "M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM8.5 11.8l2.6 2.7 4.6-5"
        }
        "api-gateway" => {
            "M8.5 4.5H6a2 2 0 0 0-2 2V10l-1.5 2L4 14v3.5a2 2 0 0 0 2 2h2.5M15.5 4.5H18a2 2 0 0 1 2 2V10l1.5 2-1.5 2v3.5a2 2 0 0 1-2 2h-2.5M13.5 8.5l-3 7"
        }
        "app-mesh" => {
            "M4 6.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM15 6.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM4 17.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM15 17.5a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM9 6.5h6M9 17.5h6M6.5 9v6M17.5 9v6M8.3 8.3l7.4 7.4"
        }
        "global-accelerator" => {
            "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12H9M8 8.5h4M7.5 15.5h4.5M12.5 12h5M15 9.3l2.7 2.7-2.7 2.7"
        }
        // Roles of sequence diagrams that are no components.
        "administrator" | "person" => {
            "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M5 20c.6-3.6 3.4-5.5 7-5.5s6.4 1.9 7 5.5"
        }
        "aws-edge" | "aws-services" => {
            "M7 18h10a4 4 0 0 0 .6-7.95A6 6 0 0 0 6.2 10.1 4 4 0 0 0 7 18M12 15.5V9M9.5 11.5 12 9l2.5 2.5"
        }
        "directory" | "identity-provider" | "root-name-server" | "tld-name-server" | "aws-name-server"
        | "public-resolver" | "resolver" => "M5 4h14v6H5zM5 14h14v6H5zM8 7h.01M8 17h.01M12 7h4M12 17h4",
        "colocation" => "M4 20V8l8-4 8 4v12M4 20h16M9 20v-6h6v6M9 10h.01M12 10h.01M15 10h.01",
        "hosted-zone" => "M5 3.5h14v17H5zM8.5 8h7M8.5 11.5h7M8.5 15h4M15.5 15h.01M15.5 17.5h.01",
        "health-check" => {
            "M12 20S4 15 4 9.5A4.2 4.2 0 0 1 12 7.6 4.2 4.2 0 0 1 20 9.5C20 15 12 20 12 20zM7 12h2.5l1.5-2.5 2 4.5 1.2-2H17"
        }
        "registered-domain" => "M4 4h9l7 7-9 9-7-7zM8.2 8.2h.01M11 14.5l3.5-3.5",
        "dns-server" => "M4 4.5h16v6H4zM4 13.5h16v6H4zM7 7.5h.01M7 16.5h.01M11 7.5h6M11 16.5h3M15.5 16.5h1.5",
        "resolver-endpoint" => {
            "M3.5 4.5h12v9H9l-3.5 3.5v-3.5h-2zM8 9h.01M11 9h.01M15.5 16.5h5M18.5 14l2.5 2.5-2.5 2.5"
        }
        "resolver-rule" => "M3 7h7l4 5h7M3 17h7l4-5M18.5 9.5L21 12l-2.5 2.5M5.5 12h.01",
        "dns-firewall-rule-group" => {
            "M12 3.5l7.5 2.5v5.5c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM8.5 8.5h7v5H12l-2 2v-2H8.5z"
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
            let same = hopscope_aws::CATALOG
                .iter()
                .filter(|other| super::path(other.kind) == super::path(spec.kind));
            assert_eq!(same.count(), 1, "{}", spec.kind);
        }
    }
}
