//! What of a document a link shows: a flow, a moment of it, what is selected.

use std::fmt::Write;

use hopscope_aws::Id;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Longest time that is read, in milliseconds: no story lasts a day.
const MAX_TIME: f64 = 86_400_000.0;
/// Most selected components that are read.
const MAX_SELECTED: usize = 200;
/// Longest id that is read, in characters.
const MAX_ID: usize = 200;

/// What stands in ids and needs no escape in the fragment of an address.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// A moment of a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Moment {
    /// So many milliseconds after its beginning, at 1×.
    At(f64),
    /// When a step is decided, from 1: stays right where the drawing of a later build is longer or
    /// shorter.
    Step(usize),
}

/// What is shown of a document. What the document does not have is left out by who shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// Id of the chosen flow.
    pub flow: Option<String>,
    /// The moment of it.
    pub moment: Option<Moment>,
    /// Selected components, the primary one last.
    pub selection: Vec<Id>,
}

impl Place {
    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// As parts of a fragment: `f=<flow>&t=<ms>&s=<ids>`, or `n=<step>` instead of `t`.
    #[must_use]
    pub fn write(&self) -> String {
        let mut parts = Vec::new();
        if let Some(flow) = &self.flow {
            parts.push(format!("f={}", utf8_percent_encode(flow, ESCAPED)));
        }
        match self.moment {
            Some(Moment::At(ms)) if ms.is_finite() => parts.push(format!("t={:.0}", ms.clamp(0.0, MAX_TIME))),
            Some(Moment::Step(step)) => parts.push(format!("n={step}")),
            Some(Moment::At(_)) | None => {}
        }
        let mut ids = String::new();
        for id in self.selection.iter().take(MAX_SELECTED) {
            let comma = if ids.is_empty() { "" } else { "," };
            // Writing to a String cannot fail.
            let _ = write!(ids, "{comma}{}", utf8_percent_encode(id, ESCAPED));
        }
        if !ids.is_empty() {
            parts.push(format!("s={ids}"));
        }
        parts.join("&")
    }

    /// Reads parts of a fragment; what cannot be read is left out, for the document matters more.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let id = |text: &str| {
            let text = percent_decode_str(text).decode_utf8().ok()?;
            (!text.is_empty() && text.chars().count() <= MAX_ID).then(|| text.into_owned())
        };
        let mut place = Self::default();
        for part in text.split('&') {
            match part.split_once('=') {
                Some(("f", flow)) => place.flow = id(flow),
                Some(("t", ms)) => {
                    let ms = ms.parse().ok().filter(|ms| (0.0..=MAX_TIME).contains(ms));
                    place.moment = ms.map(Moment::At).or(place.moment);
                }
                Some(("n", step)) => {
                    let step = step.parse().ok().filter(|step| (1..=100_000).contains(step));
                    place.moment = step.map(Moment::Step).or(place.moment);
                }
                Some(("s", ids)) => {
                    place.selection =
                        ids.split(',').take(MAX_SELECTED).filter_map(id).map(Id::from).collect();
                }
                Some(_) | None => {}
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_written_as_they_are_read() {
        let place = Place {
            flow: Some("a&b=c d".to_owned()),
            moment: Some(Moment::At(1250.0)),
            selection: vec![Id::from("i-0a1"), Id::from("subnet,é")],
        };
        assert_eq!(place.write(), "f=a%26b%3Dc%20d&t=1250&s=i-0a1,subnet%2C%C3%A9");
        assert_eq!(Place::read(&place.write()), place);
        let step = Place { moment: Some(Moment::Step(3)), ..Place::default() };
        assert_eq!((step.write().as_str(), Place::read("n=3")), ("n=3", step.clone()));
        assert!(Place::read("").is_empty());
    }

    #[test]
    fn nonsense_is_left_out() {
        for text in
            ["t=NaN", "t=-1", "t=1e400", "t=inf", "n=0", "n=-3", "f=", "f=%ff", "s=", "s=,,", "x=1", "&&=="]
        {
            assert!(Place::read(text).is_empty(), "{text}");
        }
        assert_eq!(Place::read(&format!("f={}", "x".repeat(300))), Place::default());
    }
}
