//! Sizes, durations and percentages.
//!
//! In: text such as `512M`, `0.5 GB`, `5s`, `five minutes`, `25%`. Out: bytes, seconds, percent. Sizes are read as
//! systemd reads them, in powers of 1024: a specification's "512MB" means 536870912 (systemd.resource-control(5)).

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::InvalidValue;

/// A size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Bytes(pub u64);

const BYTE_UNITS: &[(&str, u32)] = &[
    ("b", 0),
    ("byte", 0),
    ("bytes", 0),
    ("k", 1),
    ("kb", 1),
    ("kib", 1),
    ("m", 2),
    ("mb", 2),
    ("mib", 2),
    ("megabyte", 2),
    ("megabytes", 2),
    ("mebibyte", 2),
    ("mebibytes", 2),
    ("g", 3),
    ("gb", 3),
    ("gib", 3),
    ("gigabyte", 3),
    ("gigabytes", 3),
    ("gibibyte", 3),
    ("gibibytes", 3),
    ("t", 4),
    ("tb", 4),
    ("tib", 4),
    ("terabyte", 4),
    ("terabytes", 4),
];

impl Bytes {
    /// A number with a unit, `None` when the unit is no size or the result does not fit.
    #[must_use]
    pub fn from_unit(number: f64, unit: &str) -> Option<Self> {
        let power = BYTE_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1;
        let bytes = number * 1024_f64.powi(i32::try_from(power).ok()?);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be within range")]
        (0.0..9.0e18).contains(&bytes).then(|| Self(bytes.round() as u64))
    }

    /// The shortest form that systemd reads without loss: `512M`, `1536K`, `1000`.
    #[must_use]
    pub fn systemd(self) -> String {
        for (suffix, power) in [("T", 4_u32), ("G", 3), ("M", 2), ("K", 1)] {
            let unit = 1024_u64.pow(power);
            if self.0 >= unit && self.0.is_multiple_of(unit) {
                return format!("{}{suffix}", self.0 / unit);
            }
        }
        self.0.to_string()
    }
}

/// For people: `512 MiB`.
impl fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (suffix, power) in [("TiB", 4_u32), ("GiB", 3), ("MiB", 2), ("KiB", 1)] {
            let unit = 1024_u64.pow(power);
            if self.0 >= unit && self.0.is_multiple_of(unit) {
                return write!(formatter, "{} {suffix}", self.0 / unit);
            }
        }
        write!(formatter, "{} bytes", self.0)
    }
}

impl FromStr for Bytes {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let error = || InvalidValue::new(text, "a size such as 512M or 2G");
        let (number, unit) = split_unit(text).ok_or_else(error)?;
        Self::from_unit(number, if unit.is_empty() { "b" } else { unit }).ok_or_else(error)
    }
}

/// A span of time in seconds.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Seconds(pub f64);

const SECOND_UNITS: &[(&str, f64)] = &[
    ("ms", 0.001),
    ("msec", 0.001),
    ("millisecond", 0.001),
    ("milliseconds", 0.001),
    ("s", 1.0),
    ("sec", 1.0),
    ("secs", 1.0),
    ("second", 1.0),
    ("seconds", 1.0),
    ("min", 60.0),
    ("mins", 60.0),
    ("minute", 60.0),
    ("minutes", 60.0),
    ("h", 3600.0),
    ("hr", 3600.0),
    ("hrs", 3600.0),
    ("hour", 3600.0),
    ("hours", 3600.0),
    ("d", 86_400.0),
    ("day", 86_400.0),
    ("days", 86_400.0),
    ("w", 604_800.0),
    ("week", 604_800.0),
    ("weeks", 604_800.0),
    ("month", 2_629_800.0),
    ("months", 2_629_800.0),
    ("year", 31_557_600.0),
    ("years", 31_557_600.0),
];

impl Seconds {
    /// A number with a unit, `None` when the unit is no time.
    #[must_use]
    pub fn from_unit(number: f64, unit: &str) -> Option<Self> {
        let factor = SECOND_UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1;
        let seconds = number * factor;
        (seconds.is_finite() && seconds >= 0.0).then_some(Self(seconds))
    }

    /// As systemd reads it: `5`, `1.5`, `14day` (systemd.time(7)).
    #[must_use]
    pub fn systemd(self) -> String {
        if self.0 >= 86_400.0 && self.0 % 86_400.0 == 0.0 {
            format!("{}day", self.0 / 86_400.0)
        } else {
            self.0.to_string()
        }
    }

    /// As `systemctl show` prints it: `5s`, `1min 30s`, `500ms`, `2w`.
    #[must_use]
    pub fn systemctl(self) -> String {
        const UNITS: &[(&str, u64)] = &[
            ("y", 31_557_600_000),
            ("month", 2_629_800_000),
            ("w", 604_800_000),
            ("d", 86_400_000),
            ("h", 3_600_000),
            ("min", 60_000),
        ];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "never negative, finite")]
        let mut rest = (self.0 * 1000.0).round() as u64;
        let mut parts = Vec::new();
        for (unit, milliseconds) in UNITS {
            if rest >= *milliseconds {
                parts.push(format!("{}{unit}", rest / milliseconds));
                rest %= milliseconds;
            }
        }
        match (rest / 1000, rest % 1000) {
            (0, 0) if !parts.is_empty() => {}
            (seconds, 0) => parts.push(if seconds == 0 { "0".to_owned() } else { format!("{seconds}s") }),
            (0, milliseconds) => parts.push(format!("{milliseconds}ms")),
            (seconds, milliseconds) => parts.push(format!("{seconds}.{milliseconds:03}000s")),
        }
        parts.join(" ")
    }

    /// Whole seconds, rounded up, for commands that take no fractions.
    #[must_use]
    pub fn whole(self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "never negative, bounded by from_unit"
        )]
        {
            self.0.ceil() as u64
        }
    }
}

/// For people: `5 s`, `15 min`, `14 days`.
impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, factor) in [("days", 86_400.0), ("h", 3600.0), ("min", 60.0)] {
            if self.0 >= 2.0 * factor && self.0 % factor == 0.0 {
                return write!(formatter, "{} {unit}", self.0 / factor);
            }
        }
        if self.0 > 0.0 && self.0 < 1.0 {
            write!(formatter, "{} ms", self.0 * 1000.0)
        } else {
            write!(formatter, "{} s", self.0)
        }
    }
}

impl FromStr for Seconds {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let error = || InvalidValue::new(text, "a time such as 5s or 10 minutes");
        let (number, unit) = split_unit(text).ok_or_else(error)?;
        Self::from_unit(number, if unit.is_empty() { "s" } else { unit }).ok_or_else(error)
    }
}

/// A share in percent; CPU quotas may exceed one hundred.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Percent(pub f64);

impl fmt::Display for Percent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}%", self.0)
    }
}

impl FromStr for Percent {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let number = text.trim().strip_suffix('%').map(str::trim_end).and_then(|number| number.parse::<f64>().ok());
        number
            .filter(|number| number.is_finite() && *number >= 0.0)
            .map(Self)
            .ok_or_else(|| InvalidValue::new(text, "a percentage such as 25%"))
    }
}

/// Cuts `0.5 GB` into the number and what follows it.
fn split_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    Some((text[..end].parse().ok()?, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_1024_however_they_are_written() {
        for text in ["512M", "512 MB", "512MiB", "0.5 GB", "536870912"] {
            assert_eq!(text.parse(), Ok(Bytes(536_870_912)), "{text}");
        }
        assert_eq!(Bytes(536_870_912).systemd(), "512M");
        assert_eq!(Bytes(1_610_612_736).systemd(), "1536M");
        assert!("512 apples".parse::<Bytes>().is_err());
        assert!("-5M".parse::<Bytes>().is_err());
    }

    #[test]
    fn durations_have_one_unit() {
        assert_eq!("5s".parse(), Ok(Seconds(5.0)));
        assert_eq!("2 minutes".parse(), Ok(Seconds(120.0)));
        assert_eq!("250ms".parse(), Ok(Seconds(0.25)));
        assert_eq!(Seconds(1_209_600.0).systemd(), "14day");
        assert_eq!(Seconds(90.0).systemctl(), "1min 30s");
        assert_eq!(Seconds(1_209_600.0).systemctl(), "2w");
        assert_eq!(Seconds(0.1).systemctl(), "100ms");
    }
}
