//! Finds Region codes in zone names, ARNs and paths.

/// Parts of the world that start Region codes.
const AREAS: &[&str] = &["af", "ap", "ca", "cn", "eu", "eusc", "il", "me", "mx", "sa", "us"];
/// Words between the area and the number.
const WORDS: &[&str] = &[
    "gov",
    "iso",
    "isob",
    "isoe",
    "isof",
    "de",
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

/// The Region code that `text` starts with: `us-west-2` for `us-west-2b` or `us-west-2-lax-1a`.
pub fn prefix(text: &str) -> Option<&str> {
    let mut end = 0;
    for (n, part) in text.split('-').enumerate() {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        if n == 0 {
            if !AREAS.contains(&part) {
                return None;
            }
            end = part.len();
        } else if digits > 0 && n >= 2 {
            let rest = part.get(digits..)?;
            let zone = rest.len() <= 1 && rest.bytes().all(|b| b.is_ascii_lowercase());
            return if zone { text.get(..end + 1 + digits) } else { None };
        } else if WORDS.contains(&part) {
            end += 1 + part.len();
        } else {
            return None;
        }
    }
    None
}

/// Whether the whole text is a Region code.
pub fn is_region(text: &str) -> bool {
    prefix(text) == Some(text)
}

/// The Region of an ARN (`arn:aws:ec2:us-west-2:111122223333:subnet/…`).
pub fn of_arn(text: &str) -> Option<&str> {
    let mut parts = text.split(':');
    if parts.next() != Some("arn") {
        return None;
    }
    parts.nth(2).filter(|part| is_region(part))
}

/// The last Region code in a path, be it a folder or part of a name (`dump/us-west-2/Vpcs.json`,
/// `vpcs.eu-central-1.json`, `us-east-1_subnets.json`).
pub fn of_path(path: &str) -> Option<&str> {
    path.rsplit(['/', '\\']).find_map(|part| {
        let starts = part
            .char_indices()
            .filter(|(at, c)| {
                c.is_ascii_lowercase()
                    && part
                        .get(..*at)
                        .and_then(|t| t.chars().next_back())
                        .is_none_or(|p| !p.is_ascii_alphanumeric())
            })
            .map(|(at, _)| at);
        let mut found = None;
        for start in starts {
            let Some(rest) = part.get(start..) else { continue };
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
            let Some(word) = rest.get(..end) else { continue };
            found = found.or_else(|| prefix(word)).or_else(|| leading(word));
        }
        found
    })
}

/// A Region code followed by more words (`us-west-2-vpcs`).
fn leading(word: &str) -> Option<&str> {
    word.match_indices('-').map(|(at, _)| at).filter_map(|at| word.get(..at)).find(|head| is_region(head))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_regions() {
        assert_eq!(prefix("us-west-2"), Some("us-west-2"));
        assert_eq!(prefix("us-west-2b"), Some("us-west-2"));
        assert_eq!(prefix("us-west-2-lax-1a"), Some("us-west-2"));
        assert_eq!(prefix("us-gov-east-1a"), Some("us-gov-east-1"));
        assert_eq!(prefix("eusc-de-east-1"), Some("eusc-de-east-1"));
        for text in ["", "us", "us-", "us-2", "us-west", "west-2", "use2-az1", "us-west-2xy", "ü-west-2"] {
            assert_eq!(prefix(text), None, "{text}");
        }
        assert_eq!(of_path("111122223333/us-west-2/Vpcs.json"), Some("us-west-2"));
        assert_eq!(of_path("us-east-1/eu-west-1/Vpcs.json"), Some("eu-west-1"));
        assert_eq!(of_path("dump\\ap-south-1\\Vpcs.json"), Some("ap-south-1"));
        assert_eq!(of_path("vpcs.eu-central-1.json"), Some("eu-central-1"));
        assert_eq!(of_path("us-east-1_subnets.json"), Some("us-east-1"));
        assert_eq!(of_path("prod-us-east-1-subnets.json"), Some("us-east-1"));
        assert_eq!(of_path("Vpcs.json"), None);
        assert_eq!(of_arn("arn:aws:ec2:us-west-2:1:subnet/x"), Some("us-west-2"));
        assert_eq!(of_arn("arn:aws:iam::1:role/x"), None);
    }
}
