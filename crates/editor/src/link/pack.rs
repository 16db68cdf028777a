//! Text to letters that an address takes, and back: a checksum and raw deflate with a dictionary, in
//! base64url without padding. Knows nothing of what the text says.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use crc::{CRC_32_ISO_HDLC, Crc, NoTable};
use miniz_oxide::DataFormat;
use miniz_oxide::deflate::CompressionLevel;
use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output};
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};

use super::{LinkError, MAX_PACKED, MAX_TEXT};

/// What documents often say: both sides pretend that it came before the text. Part of version 1,
/// so it never changes by a byte; a test holds its checksum.
const DICTIONARY: &[u8] = include_bytes!("dictionary-v1.txt");

/// Without tables: they would weigh more than everything else here.
const CHECKSUM: Crc<u32, NoTable> = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);

/// Reads what others write: padded or not, and with whatever bits were left over by a cut.
const LETTERS: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Letters for a text.
pub(super) fn pack(text: &str) -> Result<String, LinkError> {
    if text.len() > MAX_TEXT {
        return Err(LinkError::TooLarge);
    }
    let mut deflate =
        CompressorOxide::with_format_and_level(DataFormat::Raw, CompressionLevel::UberCompression);
    // What the dictionary itself packs to ends on a whole byte and is thrown away.
    compress_to_output(&mut deflate, DICTIONARY, TDEFLFlush::Sync, |_| true);
    let mut packed = Vec::new();
    let (status, _) = compress_to_output(&mut deflate, text.as_bytes(), TDEFLFlush::Finish, |bytes| {
        packed.extend_from_slice(bytes);
        true
    });
    if status != TDEFLStatus::Done {
        return Err(LinkError::TooLarge);
    }
    let mut bytes = CHECKSUM.checksum(&packed).to_be_bytes().to_vec();
    bytes.extend(packed);
    let letters = LETTERS.encode(bytes);
    if letters.len() > MAX_PACKED { Err(LinkError::TooLarge) } else { Ok(letters) }
}

/// The text of letters.
pub(super) fn unpack(letters: &str) -> Result<String, LinkError> {
    if letters.len() > MAX_PACKED {
        return Err(LinkError::TooLarge);
    }
    // A group of four that lost three says nothing.
    let cut = letters.len() % 4 == 1 && letters.is_ascii();
    let letters = if cut { letters.get(..letters.len() - 1).unwrap_or_default() } else { letters };
    let bytes = LETTERS.decode(letters).map_err(|_| LinkError::Damaged)?;
    let Some((sum, packed)) = bytes.split_first_chunk::<4>() else { return Err(LinkError::CutShort) };
    let whole = !cut && CHECKSUM.checksum(packed) == u32::from_be_bytes(*sum);

    // The dictionary as a block of its own, stored and not the last, before what was packed.
    let length = u16::try_from(DICTIONARY.len()).unwrap_or(0);
    let mut stream = Vec::with_capacity(DICTIONARY.len() + packed.len() + 5);
    stream.push(0);
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend_from_slice(DICTIONARY);
    stream.extend_from_slice(packed);
    let unfolded = decompress_to_vec_with_limit(&stream, DICTIONARY.len() + MAX_TEXT);
    match unfolded {
        Ok(text) if whole => {
            let text = text.get(DICTIONARY.len()..).unwrap_or_default().to_vec();
            String::from_utf8(text).map_err(|_| LinkError::Damaged)
        }
        Err(error) if whole && error.status == TINFLStatus::HasMoreOutput => Err(LinkError::TooLarge),
        // All of it makes sense, and then there is no more.
        Err(error) if !whole && error.status == TINFLStatus::FailedCannotMakeProgress => {
            Err(LinkError::CutShort)
        }
        Ok(_) | Err(_) => Err(LinkError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_of_version_1_is_for_ever() {
        assert_eq!((DICTIONARY.len(), CHECKSUM.checksum(DICTIONARY)), (6537, 0xa8da_5744));
    }

    #[test]
    fn a_text_comes_back() {
        for text in ["", "a", "ü🦀\u{0}", &"0123456789".repeat(5_000)] {
            assert_eq!(unpack(&pack(text).unwrap()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn every_cut_and_every_changed_letter_is_told() {
        let text = r#"{"hopscope":1,"name":"A","nodes":[],"flows":[]}"#.repeat(3);
        let packed = pack(&text).unwrap();
        for end in 0..packed.len() {
            assert_eq!(unpack(&packed[..end]), Err(LinkError::CutShort), "{end} of {}", packed.len());
        }
        for at in 0..packed.len() {
            for letter in ["A", "_", "7", "%", "é"] {
                let changed = format!("{}{letter}{}", &packed[..at], &packed[at + 1..]);
                if changed != packed {
                    assert!(
                        matches!(unpack(&changed), Err(LinkError::Damaged | LinkError::CutShort)),
                        "{changed}"
                    );
                }
            }
        }
    }

    #[test]
    fn bombs_and_heaps_are_refused() {
        let mut deflate =
            CompressorOxide::with_format_and_level(DataFormat::Raw, CompressionLevel::BestCompression);
        let mut packed = Vec::new();
        let (status, _) =
            compress_to_output(&mut deflate, &vec![b'['; 20_000_000], TDEFLFlush::Finish, |bytes| {
                packed.extend_from_slice(bytes);
                true
            });
        assert_eq!(status, TDEFLStatus::Done);
        let mut bytes = CHECKSUM.checksum(&packed).to_be_bytes().to_vec();
        bytes.extend(packed);
        let bomb = LETTERS.encode(bytes);
        assert!(bomb.len() < MAX_PACKED, "{}", bomb.len());
        assert_eq!(unpack(&bomb), Err(LinkError::TooLarge));
        assert_eq!(unpack(&"A".repeat(10_000_000)), Err(LinkError::TooLarge));
        assert_eq!(pack(&"x".repeat(MAX_TEXT + 1)), Err(LinkError::TooLarge));
    }
}
