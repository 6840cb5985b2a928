//! Names of services, users, hosts, packages and variables.
//!
//! In: text. Out: names that systemd, the user database, DNS, dpkg or the environment accept, and that are therefore
//! safe to stand in a unit file or an argument list.

use std::fmt;
use std::str::FromStr;

use super::{InvalidValue, string_value};

/// Declares a checked string: its name, its documentation, what it accepts, and the pattern for JSON Schema.
macro_rules! name {
    ($(#[doc = $doc:literal])+ $type:ident, $expected:literal, $pattern:literal, $accepts:expr) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        string_value!($type, $pattern);

        impl $type {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                let accepts: fn(&str) -> bool = $accepts;
                if accepts(text) { Ok(Self(text.to_owned())) } else { Err(InvalidValue::new(text, $expected)) }
            }
        }
    };
}

name!(
    /// The name of a service, without `.service`. Lower case, so that it can also name files, directories and users.
    ServiceName,
    "a service name such as agent-prod (lower case letters, digits, - and _, at most 64)",
    "^[a-z0-9][a-z0-9_-]{0,63}$",
    |text| text.len() <= 64 && starts_with(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) && text.bytes().all(is_name_byte)
);

name!(
    /// A user or a group (useradd(8): at most 32 characters).
    UserName,
    "a user name such as agent-prod (lower case letters, digits, - and _, at most 32)",
    "^[a-z_][a-z0-9_-]{0,31}$",
    |text| text.len() <= 32 && starts_with(text, |byte| byte.is_ascii_lowercase() || byte == b'_') && text.bytes().all(is_name_byte)
);

name!(
    /// A host name or domain (RFC 1123).
    HostName,
    "a host name such as api.example.com",
    "^[A-Za-z0-9.-]{1,253}$",
    |text| text.len() <= 253 && !text.is_empty() && text.split('.').all(|label| {
        !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    })
);

name!(
    /// A Debian package (Debian Policy 5.6.1).
    PackageName,
    "a Debian package such as python3-venv",
    "^[a-z0-9][a-z0-9+.-]+$",
    |text| text.len() >= 2 && text.len() <= 128 && starts_with(text, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(&byte))
);

name!(
    /// An environment variable (POSIX.1-2017, 8.1).
    VariableName,
    "a variable name such as LOG_LEVEL",
    "^[A-Za-z_][A-Za-z0-9_]*$",
    |text| text.len() <= 128 && starts_with(text, |byte| byte.is_ascii_alphabetic() || byte == b'_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
);

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
}

fn starts_with(text: &str, accepts: fn(u8) -> bool) -> bool {
    text.bytes().next().is_some_and(accepts)
}

/// A user and a group, as in `agent:agent`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The user.
    pub user: UserName,
    /// The group.
    pub group: UserName,
}

impl Owner {
    /// `root:root`.
    #[must_use]
    pub fn root() -> Self {
        Self { user: UserName::root(), group: UserName::root() }
    }

    /// A user and its own group of the same name.
    #[must_use]
    pub fn own(user: UserName) -> Self {
        Self { group: user.clone(), user }
    }
}

impl UserName {
    /// The superuser.
    #[must_use]
    pub fn root() -> Self {
        Self("root".to_owned())
    }

    /// Whether this is the superuser.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0 == "root"
    }
}

string_value!(Owner, "^[a-z_][a-z0-9_-]*:[a-z_][a-z0-9_-]*$");

impl fmt::Display for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.user, self.group)
    }
}

impl FromStr for Owner {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let (user, group) =
            text.split_once(':').ok_or_else(|| InvalidValue::new(text, "an owner such as root:root"))?;
        Ok(Self { user: user.parse()?, group: group.parse()? })
    }
}
