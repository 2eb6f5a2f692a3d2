//! The rule sets, and their versions.

use std::fmt;
use std::str::FromStr;

/// A rule set: it decides the pattern of a line.
///
/// ```
/// use lognorm_mmap::{Kernel, Normalizer, Rules};
///
/// let mut patterns = Vec::new();
/// let mut normalizer = Normalizer::with_rules(Kernel::best(), Rules::Words);
/// normalizer.normalize(b"user alice logged in from 10.0.0.7", &mut patterns);
/// assert_eq!(patterns, b"user alice logged in from *\n");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rules {
    /// Runs of letters and digits become `Y`, enclosures `X`.
    #[default]
    Shape,
    /// Words stay, values become `*`.
    Words,
}

impl Rules {
    /// All rule sets.
    pub const ALL: [Self; 2] = [Self::Shape, Self::Words];

    /// Returns the name, as on the command line: `shape` or `words`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Words => "words",
        }
    }

    /// Returns the words for people: `shape rules` or `word rules`.
    pub fn title(self) -> &'static str {
        match self {
            Self::Shape => "shape rules",
            Self::Words => "word rules",
        }
    }

    /// Returns the version of the rules that this program implements. Every change that gives any
    /// line another pattern increments it.
    pub fn version(self) -> u32 {
        match self {
            Self::Shape => 1,
            Self::Words => 1,
        }
    }
}

/// A rule set in one of its versions. Patterns can only be compared if the same version of the same
/// rule set made them.
///
/// Displays as `words/1`, and is parsed from that. A number alone is a version of the shape rules,
/// because files without the name of a rule set hold patterns of these.
///
/// ```
/// use lognorm_mmap::{Rules, RulesVersion};
///
/// assert_eq!("words/1".parse(), Ok(RulesVersion { rules: Rules::Words, version: 1 }));
/// assert_eq!("1".parse(), Ok(RulesVersion { rules: Rules::Shape, version: 1 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesVersion {
    /// The rule set.
    pub rules: Rules,
    /// The version of the rule set, counted from 1.
    pub version: u32,
}

impl RulesVersion {
    /// Returns the description in a message: `version 1 of the shape rules`.
    pub fn description(self) -> String {
        format!("version {} of the {}", self.version, self.rules.title())
    }
}

impl From<Rules> for RulesVersion {
    /// Returns the version of `rules` that this program implements.
    fn from(rules: Rules) -> Self {
        Self { rules, version: rules.version() }
    }
}

impl fmt::Display for RulesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.rules.name(), self.version)
    }
}

/// The error of a text that names no rule set this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rules that this program knows")]
pub struct UnknownRules;

impl FromStr for RulesVersion {
    type Err = UnknownRules;

    fn from_str(text: &str) -> Result<Self, UnknownRules> {
        let (name, version) = text.split_once('/').unwrap_or((Rules::Shape.name(), text));
        let rules = Rules::ALL.into_iter().find(|rules| rules.name() == name);
        let version = version.parse().ok().filter(|&version| version >= 1);
        match (rules, version) {
            (Some(rules), Some(version)) => Ok(Self { rules, version }),
            _ => Err(UnknownRules),
        }
    }
}
