//! Standard output and error: colour and progress only where a person looks.

use std::io::{IsTerminal, Write};

/// What a piece of text stands for; shown as colour on a terminal only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Ordinary.
    Plain,
    /// Secondary.
    Dim,
    /// Emphasised.
    Strong,
    /// Allowed, met.
    Good,
    /// Denied, not met.
    Bad,
    /// Unknown, or to be noticed.
    Warn,
}

/// Where output goes.
#[derive(Debug)]
pub struct Out {
    colour: bool,
    progress: bool,
}

impl Out {
    /// Looks at what standard output and error are.
    pub fn new() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { colour: !plain && std::io::stdout().is_terminal(), progress: std::io::stderr().is_terminal() }
    }

    /// The text with its tone.
    pub fn tint(&self, tone: Tone, text: &str) -> String {
        let code = match tone {
            Tone::Plain => return text.to_owned(),
            Tone::Dim => "2",
            Tone::Strong => "1",
            Tone::Good => "32",
            Tone::Bad => "31",
            Tone::Warn => "33",
        };
        if self.colour { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// One line on standard output. A reader that went away is no error of ours.
    pub fn line(&mut self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }

    /// One line on standard error.
    pub fn aside(&mut self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// An error on standard error.
    pub fn error(&mut self, sentence: &str) {
        self.aside(&format!("hopscope: {sentence}"));
    }

    /// A line that the next one replaces, on a terminal only.
    pub fn progress(&mut self, text: &str) {
        if self.progress {
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r\u{1b}[K{text}");
            let _ = err.flush();
        }
    }
}

/// Text from a file without characters that would steer the terminal.
pub fn safe(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '·' } else { c }).collect()
}
