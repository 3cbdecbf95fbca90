//! LogSeverity, <https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#LogSeverity>.

use std::fmt;

use serde::Serialize;

/// How bad the writer of an entry found it. Ordered as in Cloud Logging; the numbers are its enum's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum LogSeverity {
    /// The entry has no assigned severity.
    #[default]
    Default = 0,
    /// Debug or trace information.
    Debug = 100,
    /// Routine information.
    Info = 200,
    /// Normal but significant events.
    Notice = 300,
    /// Might cause problems.
    Warning = 400,
    /// Likely to cause problems.
    Error = 500,
    /// More severe problems or outages.
    Critical = 600,
    /// A person must act at once.
    Alert = 700,
    /// One or more systems are unusable.
    Emergency = 800,
}

impl LogSeverity {
    /// All of them, least severe first.
    pub const ALL: [Self; 9] = [
        Self::Default,
        Self::Debug,
        Self::Info,
        Self::Notice,
        Self::Warning,
        Self::Error,
        Self::Critical,
        Self::Alert,
        Self::Emergency,
    ];

    /// Its name in Cloud Logging, in capitals.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "DEFAULT",
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Notice => "NOTICE",
            Self::Warning => "WARNING",
            Self::Error => "ERROR",
            Self::Critical => "CRITICAL",
            Self::Alert => "ALERT",
            Self::Emergency => "EMERGENCY",
        }
    }

    /// Its place in [`LogSeverity::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize / 100
    }

    /// The severity of a name exactly as Cloud Logging has it, in any case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name().eq_ignore_ascii_case(name))
    }

    /// The severity of a number: the enum's own, or the nearest below, as Cloud Logging shows numbers between two names.
    #[must_use]
    pub fn from_number(number: u64) -> Self {
        let index = usize::try_from(number / 100).unwrap_or(usize::MAX).min(8);
        Self::ALL.get(index).copied().unwrap_or(Self::Emergency)
    }

    /// The severity of a level's number: 10 (trace) to 60 (fatal) as Bunyan and Pino count, 0 (emergency) to 7 (debug) as syslog
    /// and GELF do; from 100 on those of [`LogSeverity::from_number`].
    #[must_use]
    pub fn from_level(number: u64) -> Self {
        match number {
            0 => Self::Emergency,
            1 => Self::Alert,
            2 => Self::Critical,
            3 => Self::Error,
            4 => Self::Warning,
            5 => Self::Notice,
            6 | 30..40 => Self::Info,
            7 | 10..30 => Self::Debug,
            40..50 => Self::Warning,
            50..60 => Self::Error,
            60..100 => Self::Critical,
            8 | 9 => Self::Default,
            _ => Self::from_number(number),
        }
    }

    /// The severity that a logger names in a line of text, by a level word near its beginning.
    #[must_use]
    pub fn named_in(line: &str) -> Option<Self> {
        super::text::level(line)
    }

    /// What loggers other than Google's write: the names that the Logging agents translate
    /// (`warn`, `err`, `fatal`, `panic`, `trace`, `W`, …), and numbers as text.
    #[must_use]
    pub fn from_foreign(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(severity) = Self::from_name(text) {
            return Some(severity);
        }
        if let Ok(number) = text.parse::<u64>() {
            return Some(Self::from_number(number));
        }
        let is = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(text));
        match () {
            () if is(&["trace", "trace_int", "fine", "finer", "finest", "config", "verbose", "d", "dbg"]) => {
                Some(Self::Debug)
            }
            () if is(&["information", "informational", "i", "log", "success"]) => Some(Self::Info),
            () if is(&["n", "audit"]) => Some(Self::Notice),
            () if is(&["warn", "w"]) => Some(Self::Warning),
            () if is(&["err", "e", "severe"]) => Some(Self::Error),
            () if is(&["crit", "c", "fatal", "f"]) => Some(Self::Critical),
            () if is(&["a"]) => Some(Self::Alert),
            () if is(&["emerg", "panic"]) => Some(Self::Emergency),
            () => None,
        }
    }
}

impl fmt::Display for LogSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
