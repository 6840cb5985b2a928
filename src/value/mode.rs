//! File modes.
//!
//! In: `600`, `0644`, `rw-------`. Out: permission bits with set-id and sticky bits, shown as four octal digits.

use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, string_value};

/// Permission bits of a file, at most `07777` (chmod(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileMode(u16);

string_value!(FileMode, "^[0-7]{4}$");

impl FileMode {
    /// A mode from its bits; higher bits are dropped.
    #[must_use]
    pub const fn new(bits: u16) -> Self {
        Self(bits & 0o7777)
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The mode that a directory needs so that files of this mode in it can be reached: execute where there is read.
    #[must_use]
    pub const fn for_directory(self) -> Self {
        Self(self.0 | ((self.0 & 0o444) >> 2))
    }
}

impl fmt::Display for FileMode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04o}", self.0)
    }
}

impl FromStr for FileMode {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let error = || InvalidValue::new(text, "a file mode such as 0640");
        if (3..=4).contains(&text.len()) && text.bytes().all(|byte| (b'0'..=b'7').contains(&byte)) {
            return u16::from_str_radix(text, 8).map(Self).map_err(|_| error());
        }
        symbolic(text.strip_prefix('-').filter(|rest| rest.len() == 9).unwrap_or(text)).map(Self).ok_or_else(error)
    }
}

/// Reads the nine letters that `ls -l` prints, without set-id bits.
fn symbolic(text: &str) -> Option<u16> {
    if text.len() != 9 {
        return None;
    }
    text.bytes().zip("rwxrwxrwx".bytes()).try_fold(0, |bits, (found, letter)| match found {
        b'-' => Some(bits << 1),
        found if found == letter => Some(bits << 1 | 1),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octal_and_symbolic_modes_agree() {
        assert_eq!("600".parse::<FileMode>(), "rw-------".parse());
        assert_eq!("0640".parse::<FileMode>().unwrap().to_string(), "0640");
        assert_eq!("0640".parse::<FileMode>().unwrap().for_directory().to_string(), "0750");
        for text in ["8000", "64", "rwxrwxrwz", "99999", ""] {
            assert!(text.parse::<FileMode>().is_err(), "{text}");
        }
    }
}
