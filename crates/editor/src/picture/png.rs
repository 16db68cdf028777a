//! The source in a PNG: an `iTXt` chunk of its own.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

/// How a PNG begins.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Signature, and the header chunk that always comes first.
const HEAD: usize = 8 + 12 + 13;
/// The keyword, no compression, no language, no translation.
const BEGIN: &[u8] = b"hopscope\0\0\0\0\0";

const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// The picture with a text after its header; as it was where it is no PNG or the text is too long.
#[must_use]
pub fn png_with_source(png: &[u8], text: &str) -> Vec<u8> {
    let length = u32::try_from(BEGIN.len().saturating_add(text.len())).ok();
    let (Some((head, rest)), Some(length)) = (png.split_at_checked(HEAD), length) else {
        return png.to_vec();
    };
    if !head.starts_with(PNG) || head.get(12..16) != Some(b"IHDR") {
        return png.to_vec();
    }
    let mut chunk = b"iTXt".to_vec();
    chunk.extend_from_slice(BEGIN);
    chunk.extend_from_slice(text.as_bytes());
    let mut out = Vec::with_capacity(png.len().saturating_add(chunk.len()).saturating_add(8));
    out.extend_from_slice(head);
    out.extend(length.to_be_bytes());
    out.extend_from_slice(&chunk);
    out.extend(CHECKSUM.checksum(&chunk).to_be_bytes());
    out.extend_from_slice(rest);
    out
}

/// The text in a picture; none where it carries none, or a damaged one.
#[must_use]
pub fn png_source(png: &[u8]) -> Option<String> {
    let mut rest = png.strip_prefix(PNG)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (chunk, after) = after.split_at_checked(length.checked_add(4)?)?;
        let (sum, after) = after.split_first_chunk::<4>()?;
        if let Some(text) = chunk.strip_prefix(b"iTXt").and_then(|text| text.strip_prefix(BEGIN)) {
            let whole = CHECKSUM.checksum(chunk) == u32::from_be_bytes(*sum);
            return whole.then(|| std::str::from_utf8(text).ok().map(str::to_owned))?;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One white pixel, as browsers write it.
    const PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xff\xff\xff\x7f\0\t\xfb\x03\xfd\x05CE\xca\0\0\0\0IEND\xaeB`\x82";

    #[test]
    fn a_text_comes_back_and_the_picture_stays() {
        let text = r#"{"hopscope":1,"name":"é 🦀"}"#;
        let with = png_with_source(PIXEL, text);
        assert_eq!(png_source(&with).as_deref(), Some(text));
        assert_eq!(with.len(), PIXEL.len() + 12 + BEGIN.len() + text.len());
        assert!(with.starts_with(&PIXEL[..HEAD]) && with.ends_with(&PIXEL[HEAD..]));
        assert_eq!(png_source(PIXEL), None);
    }

    #[test]
    fn the_chunk_is_the_one_of_the_standard() {
        // The checksum of an empty IEND chunk is known to every reader.
        assert_eq!(CHECKSUM.checksum(b"IEND").to_be_bytes(), *b"\xaeB`\x82");
    }

    #[test]
    fn damage_is_no_source() {
        let with = png_with_source(PIXEL, "{\"hopscope\":1}");
        for end in 0..with.len() {
            let read = png_source(&with[..end]);
            assert!(read.is_none() || end > HEAD + 12 + BEGIN.len(), "{end}");
        }
        for at in HEAD..HEAD + 30 {
            let mut changed = with.clone();
            changed[at] ^= 1;
            assert_eq!(png_source(&changed), None, "{at}");
        }
        assert_eq!(png_with_source(b"GIF89a", "x"), b"GIF89a");
        assert_eq!(png_source(&[0xff; 100]), None);
    }
}
