//! Absolute paths on the target.
//!
//! In: `/opt/agent/`, `/etc/agent/.env`. Out: a normalised absolute path that cannot climb: no `..`, no empty parts, no
//! trailing slash, no control characters.

use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, string_value};

/// An absolute path on the server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixPath(String);

string_value!(UnixPath, "^/");

impl UnixPath {
    /// The path as text; `/` for the root, never a trailing slash otherwise.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The directory that holds it; `None` for the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (parent, name) = self.0.rsplit_once('/')?;
        if name.is_empty() {
            None
        } else {
            Some(Self(if parent.is_empty() { "/".to_owned() } else { parent.to_owned() }))
        }
    }

    /// The last part; empty for the root.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The path of something below this one. `relative` must be made of plain parts.
    ///
    /// # Errors
    /// When `relative` would leave the directory.
    pub fn join(&self, relative: &str) -> Result<Self, InvalidValue> {
        format!("{}/{relative}", self.0.trim_end_matches('/')).parse()
    }

    /// Whether this is `other` or lies below it.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        other.0 == "/" || self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for UnixPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for UnixPath {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let error = || InvalidValue::new(text, "an absolute path such as /opt/agent");
        if !text.starts_with('/') || text.len() > 1024 || text.chars().any(char::is_control) {
            return Err(error());
        }
        let mut path = String::with_capacity(text.len());
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            if part == ".." || part.len() > 255 {
                return Err(error());
            }
            path.push('/');
            path.push_str(part);
        }
        Ok(Self(if path.is_empty() { "/".to_owned() } else { path }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normalised_and_never_climb() {
        let path: UnixPath = "/opt//agent/./".parse().unwrap();
        assert_eq!(path.as_str(), "/opt/agent");
        assert_eq!(path.parent().unwrap().as_str(), "/opt");
        assert!("/opt/../etc".parse::<UnixPath>().is_err());
        assert!("opt".parse::<UnixPath>().is_err());
        assert!(path.is_within(&"/opt".parse().unwrap()));
        assert!(!path.is_within(&"/opt/age".parse().unwrap()));
    }
}
