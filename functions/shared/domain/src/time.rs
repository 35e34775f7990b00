//! Instants, lengths and the words for them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// Seconds since 1970-01-01T00:00:00Z.
pub type EpochSeconds = i64;

/// Seconds in a minute.
pub const MINUTE_SECONDS: i64 = 60;
/// Seconds in an hour.
pub const HOUR_SECONDS: i64 = 3_600;

/// The zone named in a Slack profile, or UTC where the name is unknown.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// What the clock on somebody's wall shows at `now`.
pub fn local(now: EpochSeconds, zone: &TimeZone) -> DateTime {
    zoned(now, zone).datetime()
}

/// The instant at which that wall clock shows `at`; inside a daylight-saving gap, the later reading.
pub fn instant(at: DateTime, zone: &TimeZone) -> Option<EpochSeconds> {
    Some(at.to_zoned(zone.clone()).ok()?.timestamp().as_second())
}

/// A date and time for people, in Slack's own form: shown in the reader's zone, with UTC as the fall-back.
/// <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>
pub fn slack_date(at: EpochSeconds) -> String {
    let fallback = zoned(at, &TimeZone::UTC)
        .strftime("%a %d %b %H:%M UTC")
        .to_string();
    format!("<!date^{at}^{{date_short_pretty}} at {{time}}|{fallback}>")
}

/// A day as ISO 8601 writes it, in UTC: "2026-07-20".
pub fn day(at: EpochSeconds) -> String {
    zoned(at, &TimeZone::UTC).strftime("%F").to_string()
}

/// A minute as ISO 8601 writes it, in UTC: "2026-07-20 14:05 UTC".
pub fn minute(at: EpochSeconds) -> String {
    zoned(at, &TimeZone::UTC)
        .strftime("%F %H:%M UTC")
        .to_string()
}

/// A month in words, in UTC: "December 2022".
pub fn month(at: EpochSeconds) -> String {
    zoned(at, &TimeZone::UTC).strftime("%B %Y").to_string()
}

/// A length in words of at most two units: "4 h", "1 h 30 min", "2 days 3 h".
pub fn length(seconds: i64) -> String {
    let minutes = (seconds.max(0) + MINUTE_SECONDS / 2) / MINUTE_SECONDS;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    let day_word = if days == 1 { "day" } else { "days" };
    match (days, hours, rest) {
        (0, 0, rest) => format!("{rest} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, rest) => format!("{hours} h {rest} min"),
        (days, 0, _) => format!("{days} {day_word}"),
        (days, hours, _) => format!("{days} {day_word} {hours} h"),
    }
}

/// An instant in a zone.
pub fn zoned(at: EpochSeconds, zone: &TimeZone) -> Zoned {
    Timestamp::from_second(at)
        .unwrap_or(Timestamp::UNIX_EPOCH)
        .to_zoned(zone.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_at_most_two_units() {
        let said = [
            0,
            59,
            90 * 60,
            4 * 3_600,
            86_400,
            2 * 86_400 + 3 * 3_600,
            -5,
        ]
        .map(length);
        assert_eq!(
            said,
            [
                "0 min",
                "1 min",
                "1 h 30 min",
                "4 h",
                "1 day",
                "2 days 3 h",
                "0 min"
            ]
        );
    }

    #[test]
    fn a_wall_clock_reading_and_its_instant_agree_across_daylight_saving() {
        let berlin = zone("Europe/Berlin");
        for at in [1_774_141_200, 1_774_751_400, 1_792_886_400] {
            assert_eq!(instant(local(at, &berlin), &berlin), Some(at));
        }
    }

    #[test]
    fn a_date_carries_a_readable_fallback() {
        assert_eq!(
            slack_date(1_795_428_000),
            "<!date^1795428000^{date_short_pretty} at {time}|Mon 23 Nov 10:00 UTC>"
        );
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        assert_eq!(zone("Middle/Earth"), TimeZone::UTC);
    }
}
