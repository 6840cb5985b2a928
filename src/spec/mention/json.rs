//! JSON in a sentence; `...` stands for further members.

use super::Mention;

pub(super) fn json(text: &str) -> Option<(Mention, usize)> {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().take(4096) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return json_value(&text[..=offset]).map(|value| (Mention::Json(value), offset + 1));
                }
            }
            _ => {}
        }
    }
    None
}

/// Parses JSON in which `...` stands for further members.
pub(super) fn json_value(text: &str) -> Option<serde_json::Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let mut open = text.to_owned();
    for ellipsis in ["...", "\u{2026}"] {
        for around in [format!(", {ellipsis}"), format!(",{ellipsis}"), format!("{ellipsis},"), ellipsis.to_owned()] {
            open = open.replace(&around, "");
        }
    }
    serde_json::from_str(&open).ok()
}
