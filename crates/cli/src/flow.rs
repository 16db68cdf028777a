//! From command-line words to a flow.

use std::net::IpAddr;

use hopscope_aws::{Config, Document, Flow};
use hopscope_net::Protocol;

use crate::TraceArgs;

/// Port when none is given.
const DEFAULT_PORT: u16 = 443;

/// The flow that was asked for, and a remark if something was assumed.
pub fn flow(document: &Document, args: &TraceArgs) -> Result<(Flow, Option<String>), String> {
    let protocol: Protocol = args.protocol.parse().map_err(|_| {
        format!(
            "--protocol: \"{}\" is not a protocol. Use tcp, udp, icmp, icmpv6 or a number from 0 to 255.",
            args.protocol
        )
    })?;
    let (to, mut port) = target(document, &args.to)?;
    let mut remark = None;
    if protocol.has_ports() {
        if port.is_none() && !hopscope_aws::is_url(&to) {
            port = Some(DEFAULT_PORT);
            remark = Some(format!(
                "--to names no port: {DEFAULT_PORT} is used. Write {}:PORT for another.",
                bracketed(&to)
            ));
        }
    } else if port.is_some() || args.source_port.is_some() {
        return Err(format!("Protocol {} has no ports. Leave the port out.", args.protocol));
    }
    let from = bare(&args.from);
    unambiguous(document, &from)?;
    let flow = Flow {
        id: "command-line".to_owned(),
        from,
        to,
        protocol: args.protocol.clone(),
        port,
        source_port: args.source_port,
        ..Flow::default()
    };
    Ok((flow, remark))
}

/// VPCs may reuse addresses: a sender must then be named by its id.
fn unambiguous(document: &Document, from: &str) -> Result<(), String> {
    let Ok(address) = from.parse::<IpAddr>() else { return Ok(()) };
    let is = |text: &str| text.trim().parse::<IpAddr>() == Ok(address);
    let owners: Vec<&str> = document
        .nodes
        .values()
        .filter(|node| match &node.config {
            Config::NetworkInterface(config) => {
                config.private_ips.iter().any(|pair| is(&pair.address))
                    || config.ipv6.iter().any(|text| is(text))
            }
            _ => false,
        })
        .map(|node| node.id.as_str())
        .collect();
    match owners.as_slice() {
        [first, second, ..] => {
            Err(format!("--from: {from} is an address of {first} and of {second}. Use an id instead."))
        }
        _ => Ok(()),
    }
}

/// Splits `--to` into an end and a port.
fn target(document: &Document, text: &str) -> Result<(String, Option<u16>), String> {
    let text = text.trim();
    // A URL says its port itself.
    if hopscope_aws::is_url(text) {
        return Ok((text.to_owned(), None));
    }
    let at_large = text.strip_prefix("internet:").unwrap_or(text);
    if document.node(text).is_some() || text.parse::<IpAddr>().is_ok() || at_large.parse::<IpAddr>().is_ok() {
        return Ok((text.to_owned(), None));
    }
    if at_large.starts_with('[') {
        let (address, rest) = at_large
            .trim_start_matches('[')
            .split_once(']')
            .ok_or_else(|| format!("--to: \"{text}\" has no closing bracket. Write [ADDRESS]:PORT."))?;
        let head = if at_large.len() < text.len() { "internet:" } else { "" };
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(number(text, port)?),
            None if rest.is_empty() => None,
            None => return Err(format!("--to: \"{text}\" has something else than :PORT after the bracket.")),
        };
        return Ok((format!("{head}{address}"), port));
    }
    match text.rsplit_once(':') {
        None => Ok((text.to_owned(), None)),
        Some((end, _))
            if end.contains(':') && !end.starts_with("internet:") && document.node(end).is_none() =>
        {
            Err(format!(
                "--to: \"{text}\" is neither an id nor an address. Write an IPv6 address with a port as [ADDRESS]:PORT."
            ))
        }
        Some((end, port)) => Ok((end.to_owned(), Some(number(text, port)?))),
    }
}

fn number(text: &str, port: &str) -> Result<u16, String> {
    port.parse()
        .map_err(|_| format!("--to: \"{port}\" in \"{text}\" is not a port. Use a number from 0 to 65535."))
}

/// `[2001:db8::1]` is `2001:db8::1`.
fn bare(text: &str) -> String {
    let text = text.trim();
    match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inner) => inner.to_owned(),
        None => text.to_owned(),
    }
}

fn bracketed(end: &str) -> String {
    if end.contains(':') && end.parse::<IpAddr>().is_ok() { format!("[{end}]") } else { end.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_ports() {
        let document = Document::default();
        let split = |text: &str| target(&document, text);
        assert_eq!(split("i-1:22"), Ok(("i-1".into(), Some(22))));
        assert_eq!(split("10.0.0.1:22"), Ok(("10.0.0.1".into(), Some(22))));
        assert_eq!(split("10.0.0.1"), Ok(("10.0.0.1".into(), None)));
        assert_eq!(split("2001:db8::5"), Ok(("2001:db8::5".into(), None)));
        assert_eq!(split("[2001:db8::5]:443"), Ok(("2001:db8::5".into(), Some(443))));
        assert_eq!(split("[2001:db8::5]"), Ok(("2001:db8::5".into(), None)));
        assert_eq!(split("internet"), Ok(("internet".into(), None)));
        assert_eq!(split("https://app/x:1"), Ok(("https://app/x:1".into(), None)));
        assert_eq!(split("internet:443"), Ok(("internet".into(), Some(443))));
        assert_eq!(split("internet:192.0.2.1"), Ok(("internet:192.0.2.1".into(), None)));
        assert_eq!(split("internet:192.0.2.1:80"), Ok(("internet:192.0.2.1".into(), Some(80))));
        assert_eq!(split("internet:[2001:db8::5]:80"), Ok(("internet:2001:db8::5".into(), Some(80))));
        for bad in ["i-1:http", "i-1:65536", "2001:db8::zz:1", "[2001:db8::5", "[2001:db8::5]x", "i-1:"] {
            assert!(split(bad).is_err(), "{bad}");
        }
    }
}
