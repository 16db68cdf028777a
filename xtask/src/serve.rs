//! `cargo xtask serve`: the site on this machine, rebuilt when a file changes.

use std::net::{Ipv4Addr, TcpListener};

use crate::shell::{Result, run};
use crate::{build, setup};

/// Ports tried when the wished one is taken.
const TRIES: u16 = 20;

/// Sets up what is missing, builds and serves.
pub fn serve(arguments: &[&str]) -> Result<()> {
    let wish = match arguments {
        [] => 8080,
        ["--port", number] => number.parse().map_err(|_| format!("`{number}` is not a port"))?,
        _ => return Err("usage: cargo xtask serve [--port N]".to_owned()),
    };
    let tools = setup::tools()?;
    let port = free_port(wish)?;
    println!("==> building; the first time takes about two minutes");
    println!("==> Hopscope will be at  http://127.0.0.1:{port}/   (Ctrl+C stops it)");
    run(build::trunk(&tools)?.args(["serve", "--address", "127.0.0.1", "--port", &port.to_string()]))
}

fn free_port(wish: u16) -> Result<u16> {
    (wish..=wish.saturating_add(TRIES))
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or_else(|| {
            format!("ports {wish} to {} are all taken; choose one with --port", wish.saturating_add(TRIES))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_skipped() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = taken.local_addr().expect("an address").port();
        let free = free_port(port);
        assert!(free.is_err() || free.is_ok_and(|free| free > port));
    }
}
