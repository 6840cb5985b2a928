//! Days of the calendar, as waivers name them.

use std::fmt;
use std::str::FromStr;

use super::InvalidValue;

/// A day: `2027-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The day that this many days after 1970-01-01 is; `None` past the year 9999 and before 1970.
    #[must_use]
    pub fn from_unix_days(days: u64) -> Option<Self> {
        let mut left = days;
        for year in 1970..=9999 {
            let length = if is_leap(year) { 366 } else { 365 };
            if left >= length {
                left -= length;
                continue;
            }
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                if left < length {
                    return Some(Self { year, month, day: u8::try_from(left + 1).ok()? });
                }
                left -= length;
            }
        }
        None
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let invalid = || InvalidValue::new(text, "a day of the calendar, such as 2027-01-31");
        let shape = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !shape {
            return Err(invalid());
        }
        let part = |range: std::ops::Range<usize>| text[range].parse::<u16>().map_err(|_| invalid());
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        let (month, day) = (u8::try_from(month).unwrap_or(0), u8::try_from(day).unwrap_or(0));
        let exists = (1..=days_of(year, month)).contains(&day);
        if exists { Ok(Self { year, month, day }) } else { Err(invalid()) }
    }
}

fn is_leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// The length of a month; 0 where there is none.
fn days_of(year: u16, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_exist_or_not() {
        for text in ["2027-01-31", "2028-02-29", "2000-02-29", "1999-12-31"] {
            assert_eq!(text.parse::<Date>().unwrap().to_string(), text);
        }
        for text in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-00-10", "2027-1-31", "2027/01/31", "soon", "٢٠٢٧-01-3"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in
            [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (11_016, "2000-02-29"), (20_778, "2026-11-21")]
        {
            assert_eq!(Date::from_unix_days(days).unwrap().to_string(), text);
        }
        assert!("2026-11-21".parse::<Date>().unwrap() < "2027-01-01".parse().unwrap());
        assert_eq!(Date::from_unix_days(u64::MAX), None);
    }
}
