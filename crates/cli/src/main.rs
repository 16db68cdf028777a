//! `hopscope`: import, trace and check networks without a browser.
//!
//! Exit codes: 0 allowed or all met, 1 denied or not met, 2 bad input, 3 unknown.

mod check;
mod export;
mod files;
mod flow;
mod import;
mod ladder;
mod link;
mod out;
mod sequence;
mod trace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Import, trace and check AWS networks.
#[derive(Debug, Parser)]
#[command(
    name = "hopscope",
    version,
    about,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 allowed or all expectations met, 1 denied (or a loop) or not met, 2 bad input, 3 unknown."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a document of what the describe commands of `aws ec2`, `elbv2` and `directconnect` printed.
    #[command(
        after_help = "Example:\n  for what in vpcs subnets route-tables network-acls security-groups network-interfaces instances \\\n      internet-gateways egress-only-internet-gateways nat-gateways addresses managed-prefix-lists \\\n      vpc-peering-connections vpc-endpoints transit-gateways transit-gateway-attachments \\\n      transit-gateway-vpc-attachments transit-gateway-connects transit-gateway-connect-peers \\\n      transit-gateway-route-tables vpn-connections vpn-gateways customer-gateways \\\n      client-vpn-endpoints; do\n    aws ec2 describe-$what --output json > dump/$what.json\n  done\n  for what in load-balancers target-groups; do\n    aws elbv2 describe-$what --output json > dump/$what.json\n  done\n  for what in connections lags virtual-interfaces direct-connect-gateways; do\n    aws directconnect describe-$what --output json > dump/dx-$what.json\n  done\n  hopscope import dump -o account.hopscope.json"
    )]
    Import(ImportArgs),
    /// Send one packet and its reply, and tell what every hop decides.
    #[command(
        after_help = "Examples:\n  hopscope trace account.hopscope.json --from i-0a1 --to 10.0.2.15:5432\n  hopscope trace account.hopscope.json --from internet:198.51.100.7 --to i-0a1:22\n  hopscope trace account.hopscope.json --from i-0a1 --to [2001:db8::5]:443 --json"
    )]
    Trace(TraceArgs),
    /// Run the expectations of a document's flows.
    Check(CheckArgs),
    /// Draw who tells whom what: of a flow, or of the set-up of a VPN connection, a Client VPN
    /// endpoint or client, a Direct Connect connection or virtual interface.
    #[command(
        after_help = "Examples:\n  hopscope sequence office.hopscope.json f-1 --as mermaid\n  hopscope sequence office.hopscope.json vpn-1 --as svg > vpn.svg\n  hopscope sequence office.hopscope.json vpn-1 --compare notes.puml"
    )]
    Sequence(SequenceArgs),
    /// Draw a document, or a flow of it, as an SVG that opens again; or tell a flow as text.
    #[command(
        after_help = "Examples:\n  hopscope export office.hopscope.json -o office.svg\n  hopscope export office.hopscope.json --flow f-1 --as animated -o f-1.svg\n  hopscope export office.hopscope.json --flow f-1 --as markdown"
    )]
    Export(ExportArgs),
    /// Write a link that holds a whole document, or the document that a link holds.
    #[command(
        after_help = "Examples:\n  hopscope link office.hopscope.json --site https://example.net/hopscope/ --flow f-1 --step 3\n  hopscope link 'https://example.net/hopscope/#v1=…' > office.hopscope.json"
    )]
    Link(LinkArgs),
}

/// Arguments of `import`.
#[derive(Args, Debug)]
struct ImportArgs {
    /// Files, or folders that are searched for .json files.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Where to write the document; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Arguments of `trace`.
#[derive(Args, Debug)]
struct TraceArgs {
    /// A Hopscope document.
    file: PathBuf,
    /// Who sends: a component's id, an IP address, `internet` or `internet:ADDRESS`.
    #[arg(long, value_name = "ID|IP|internet[:IP]")]
    from: String,
    /// Who is meant to receive: the same, with a port if the protocol has ports.
    #[arg(long, value_name = "ID|IP[:PORT]")]
    to: String,
    /// `tcp`, `udp`, `icmp`, `icmpv6` or a protocol number.
    #[arg(long, value_name = "tcp|udp|icmp|icmpv6|N", default_value = "tcp")]
    protocol: String,
    /// Source port of TCP and UDP; an ephemeral one otherwise.
    #[arg(long, value_name = "N")]
    source_port: Option<u16>,
    /// Also print what each step was based on: routes and rules that lost, and why.
    #[arg(short, long, conflicts_with = "json")]
    verbose: bool,
    /// Print the whole trace as JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
struct CheckArgs {
    /// A Hopscope document.
    file: PathBuf,
}

/// Arguments of `sequence`.
#[derive(Args, Debug)]
struct SequenceArgs {
    /// A Hopscope document.
    file: PathBuf,
    /// Id or name of a flow of the document, or id of a component with a set-up.
    #[arg(value_name = "FLOW|ID")]
    what: String,
    /// How to write it.
    #[arg(long = "as", value_name = "plantuml|mermaid|svg", default_value = "plantuml")]
    format: SequenceFormat,
    /// Compare a PlantUML diagram with it instead of writing it.
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    compare: Option<PathBuf>,
}

/// Arguments of `export`.
#[derive(Args, Debug)]
struct ExportArgs {
    /// A Hopscope document, or a picture that carries one.
    file: PathBuf,
    /// Show or tell that flow, by id or name.
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    /// The moment at which that step is decided, instead of the verdict.
    #[arg(long, value_name = "N", requires = "flow")]
    step: Option<usize>,
    /// What to write.
    #[arg(long = "as", value_name = "svg|animated|text|markdown|json", default_value = "svg")]
    format: ExportFormat,
    /// Colours of a picture; `auto` follows the reader's system.
    #[arg(long, value_name = "auto|light|dark", default_value = "light")]
    theme: ExportTheme,
    /// Leave the document out of the picture.
    #[arg(long)]
    no_source: bool,
    /// Where to write; standard output otherwise.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What `export` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// A picture.
    Svg,
    /// A picture that plays.
    Animated,
    /// The ladder of hops.
    Text,
    /// The same as a Markdown table.
    Markdown,
    /// The whole trace.
    Json,
}

/// Colours of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportTheme {
    /// As the reader's system prefers.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Arguments of `link`.
#[derive(Args, Debug)]
struct LinkArgs {
    /// A Hopscope document, or a link.
    #[arg(value_name = "FILE|LINK")]
    what: String,
    /// Where the page is; without it the link begins with `#`.
    #[arg(long, value_name = "URL", default_value = "")]
    site: String,
    /// Show that flow.
    #[arg(long, value_name = "FLOW")]
    flow: Option<String>,
    /// Show the moment at which that step of it is decided.
    #[arg(long, value_name = "N", requires = "flow")]
    step: Option<usize>,
    /// Select these components.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    select: Vec<String>,
    /// Offer no copy to whoever opens the link.
    #[arg(long)]
    read_only: bool,
}

/// How a sequence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum SequenceFormat {
    /// PlantUML text.
    Plantuml,
    /// Mermaid text.
    Mermaid,
    /// A picture.
    Svg,
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// Allowed, or all met.
    Good = 0,
    /// Denied, a loop, or not met.
    Bad = 1,
    /// The input is no good.
    Input = 2,
    /// Unknown.
    Unknown = 3,
}

fn main() -> ExitCode {
    // clap itself ends usage errors with 2, and help and version with 0.
    let cli = Cli::parse();
    let mut out = out::Out::new();
    let done = match cli.command {
        Command::Import(args) => import::run(&args, &mut out),
        Command::Trace(args) => trace::run(&args, &mut out),
        Command::Check(args) => check::run(&args, &mut out),
        Command::Sequence(args) => sequence::run(&args, &mut out),
        Command::Export(args) => export::run(&args, &mut out),
        Command::Link(args) => link::run(&args, &mut out),
    };
    let ending = done.unwrap_or_else(|sentence| {
        out.error(&sentence);
        Ending::Input
    });
    ExitCode::from(ending as u8)
}
