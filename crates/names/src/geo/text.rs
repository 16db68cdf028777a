//! Compares names as people type them.

/// Whether two texts name the same: case, accents and everything but letters and digits are left out.
pub(super) fn same(a: &str, b: &str) -> bool {
    let mut letters = folded(a).peekable();
    letters.peek().is_some() && letters.eq(folded(b))
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).map(plain).filter(|letter| letter.is_alphanumeric())
}

/// The letter without its accent, for the letters that names of places have.
fn plain(letter: char) -> char {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' => 'y',
        other => other,
    }
}
