//! workenv §4.3: a template with the path of the work environment put in.

use crate::error::{Code, Error, Result};
use crate::format::quoted::quoted;
use std::path::Path;

const PLACEHOLDER: &str = "{workenv}";
/// What may follow a path; anything else would name a place beside the work environment.
const ENDS_PATH: &[char] = &['/', '\n', '\r', '\t', ' ', '"', '\'', ':', ';', ',', ')'];

/// Errors: METADATA_PLACEHOLDER.
pub fn render_derived(template: &str, root: &Path, field: &str) -> Result<Vec<u8>> {
    let mut parts = template.split(PLACEHOLDER);
    let mut content = parts.next().unwrap_or_default().as_bytes().to_vec();
    let mut rest = parts.peekable();
    while let Some(part) = rest.next() {
        // Two placeholders side by side: the second one is what follows the first.
        let after = part.chars().next().or_else(|| rest.peek().map(|_| '{'));
        if let Some(after) = after.filter(|after| !ENDS_PATH.contains(after)) {
            return Err(refusal(after, field));
        }
        content.extend_from_slice(root.as_os_str().as_encoded_bytes());
        content.extend_from_slice(part.as_bytes());
    }
    Ok(content)
}

fn refusal(after: char, field: &str) -> Error {
    let got = format!("{} after {PLACEHOLDER}", quoted(&after.to_string()));
    let want = "the end, a slash, a blank, a quote or punctuation";
    let message = format!("metadata: {field} has {got}, expected {want} (workenv §4.3)");
    Error::new(Code::MetadataPlaceholder, message).with("field", field).with("got", got).with("want", want)
}
