//! A mapping profile: how one system's extract is read. Written by a person as TOML, saved, versioned, and read strictly.
use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{FieldKind, GRADES, Layout};
use crate::codes::{AgencyKind, EthnicityScheme, bcu, borough, ethnicity, is_police_force};
use crate::dates::DateForm;
use crate::headers::fold;
use crate::ssda903::AuthorityCode;

/// A profile for a layout, checked.
#[derive(Debug, Clone)]
pub struct Profile<F> {
    /// Its name, such as `connect-like`.
    pub name: String,
    /// Its version. A changed profile gets a new one, since imported rows carry it.
    pub version: u32,
    /// The system the extract comes from. References are unique within it.
    pub source_system: String,
    /// The police force, by data.police.uk id.
    pub force: Option<String>,
    /// The agency whose records they are, for an extract of a partner.
    pub agency: Option<Agency>,
    pub(crate) columns: Vec<(F, Vec<String>)>,
    pub(crate) values: Vec<Option<HashMap<String, &'static str>>>,
    pub(crate) constants: Vec<Option<String>>,
    pub(crate) required: Vec<F>,
    pub(crate) dates: Vec<DateForm>,
    pub(crate) list_separator: char,
    pub(crate) ignored_columns: Vec<String>,
}

/// Whose records an extract holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// What kind of agency.
    pub kind: AgencyKind,
    /// Three digits for a council; a short word of the force's own for others.
    pub code: String,
    /// What people here call it. May be empty for a council, which has a name by its code.
    pub name: String,
}

/// What is wrong with a profile, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping profile: `{key}` {problem}")]
pub struct InvalidProfile {
    key: String,
    problem: String,
}

impl InvalidProfile {
    /// The key that is wrong, such as `values.risk_grade`; or the line, when the text is not TOML.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The profile as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    version: u32,
    source_system: String,
    force: Option<String>,
    agency: Option<WrittenAgency>,
    #[serde(default)]
    required: Vec<String>,
    #[serde(default = "all_dates")]
    dates: Vec<DateForm>,
    #[serde(default = "semicolon")]
    list_separator: char,
    #[serde(default)]
    ignored_columns: Vec<String>,
    columns: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    constants: BTreeMap<String, String>,
    #[serde(default)]
    values: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAgency {
    kind: String,
    code: String,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

fn all_dates() -> Vec<DateForm> {
    vec![DateForm::DayFirst, DateForm::Iso]
}

const fn semicolon() -> char {
    ';'
}

impl<F: Layout> Profile<F> {
    /// Reads a profile from TOML. Every key must be known, every field of the list, every code one the field can hold.
    ///
    /// # Errors
    /// Naming the key, or the line when the text is not TOML or a key has the wrong kind of value.
    pub fn from_toml(text: &str) -> Result<Self, InvalidProfile> {
        let written: Written = toml::from_str(text).map_err(|error| InvalidProfile {
            key: error.span().map_or_else(|| "profile".to_owned(), |span| place(text, span.start)),
            problem: error.message().trim().to_lowercase(),
        })?;
        Self::check(written)
    }

    fn check(written: Written) -> Result<Self, InvalidProfile> {
        for (key, value) in [("name", &written.name), ("source_system", &written.source_system)] {
            require(!value.trim().is_empty(), key, "is empty")?;
        }
        require(written.version > 0, "version", "counts from 1")?;
        require(!written.dates.is_empty(), "dates", "names no form of date")?;
        if let Some(force) = &written.force {
            require(is_police_force(force), "force", "is not the data.police.uk id of a police force")?;
        }
        require(written.agency.is_some() || !F::OF_AGENCY, "agency", "is needed: kind, code and name")?;
        require(written.agency.is_none() || F::OF_AGENCY, "agency", "is for an extract of a partner")?;
        require(written.force.is_none() || !F::OF_AGENCY, "force", "is for an extract of police")?;
        let mut columns = Vec::new();
        for (name, headers) in written.columns {
            let key = format!("columns.{name}");
            let headers = match headers {
                OneOrMore::One(header) => vec![header],
                OneOrMore::More(headers) => headers,
            };
            require(
                !headers.is_empty() && headers.iter().all(|header| !header.trim().is_empty()),
                &key,
                "names no header",
            )?;
            columns.push((field::<F>(&name, &key)?, headers));
        }
        let mut constants = vec![None; F::ALL.len()];
        for (name, value) in written.constants {
            let key = format!("constants.{name}");
            let field = field::<F>(&name, &key)?;
            require(F::ALWAYS.first() != Some(&field), &key, "would give every row the same reference")?;
            require(
                !columns.iter().any(|(mapped, _)| *mapped == field),
                &key,
                "has a column as well; keep one",
            )?;
            constants[field.place()] = Some(value);
        }
        let mut values = vec![None; F::ALL.len()];
        for (name, labels) in written.values {
            let field = field::<F>(&name, &format!("values.{name}"))?;
            values[field.place()] = Some(labels_of(field, labels)?);
        }
        let mut required = F::ALWAYS.to_vec();
        for name in &written.required {
            let field = field::<F>(name, "required")?;
            if !required.contains(&field) {
                required.push(field);
            }
        }
        for &field in &required {
            let given =
                columns.iter().any(|(mapped, _)| *mapped == field) || constants[field.place()].is_some();
            require(
                given,
                "required",
                &format!("names `{}`, which has no column and no constant", field.name()),
            )?;
        }
        Ok(Self {
            name: written.name,
            version: written.version,
            source_system: written.source_system,
            force: written.force,
            agency: written.agency.map(agency).transpose()?,
            columns,
            values,
            constants,
            required,
            dates: written.dates,
            list_separator: written.list_separator,
            ignored_columns: written.ignored_columns,
        })
    }

    /// The code a label means in this field, by the profile's map or, where it has none, by the field's own list.
    pub(crate) fn code(&self, field: F, label: &str) -> Option<&'static str> {
        match &self.values[field.place()] {
            Some(labels) => match labels.get(&fold(label)) {
                Some(code) => Some(code),
                // Places have names of their own, so a map of them only adds to what is known.
                None if !matches!(field.kind(), FieldKind::Code(_)) => own_code(field.kind(), label),
                None => None,
            },
            None => own_code(field.kind(), label),
        }
    }
}

/// The code in the field's own list.
fn own_code(kind: FieldKind, label: &str) -> Option<&'static str> {
    match kind {
        FieldKind::Code(codes) => codes.iter().copied().find(|code| code.eq_ignore_ascii_case(label.trim())),
        FieldKind::Borough => borough(label).map(|found| found.ons),
        FieldKind::CommandUnit => bcu(label.trim()),
        FieldKind::Ethnicity => ethnicity(EthnicityScheme::SelfDefined, label.trim()),
        FieldKind::RiskChanges => own_code(FieldKind::Code(GRADES), label),
        FieldKind::Text | FieldKind::Day | FieldKind::Moment | FieldKind::List => None,
    }
}

fn labels_of<F: Layout>(
    field: F,
    labels: BTreeMap<String, String>,
) -> Result<HashMap<String, &'static str>, InvalidProfile> {
    require(field.kind().is_coded(), &format!("values.{}", field.name()), "is not a field of codes")?;
    require(
        !field.kind().is_several(),
        &format!("values.{}", field.name()),
        "cannot have a map of its own; it uses the map of `risk_grade`",
    )?;
    let mut known = HashMap::new();
    for (label, code) in labels {
        let key = format!("values.{}.\"{label}\"", field.name());
        let Some(code) = own_code(field.kind(), &code) else {
            let list = match field.kind() {
                FieldKind::Code(codes) => format!("; the codes are {}", codes.join(", ")),
                _ => String::new(),
            };
            return Err(InvalidProfile {
                key,
                problem: format!("means `{code}`, which the field does not have{list}"),
            });
        };
        if known.insert(fold(&label), code).is_some_and(|other| other != code) {
            return Err(InvalidProfile { key, problem: "is given twice with different codes".to_owned() });
        }
    }
    Ok(known)
}

fn agency(written: WrittenAgency) -> Result<Agency, InvalidProfile> {
    let WrittenAgency { kind, code, name } = written;
    let known = AgencyKind::from_code(&kind).ok_or_else(|| InvalidProfile {
        key: "agency.kind".to_owned(),
        problem: format!("is `{kind}`; the kinds are {}", AgencyKind::CODES.join(", ")),
    })?;
    let word = |code: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        (1..=32).contains(&code.len()) && code.chars().all(plain)
    };
    let code = code.trim();
    require(word(code), "agency.code", "is one word of at most 32 letters, digits, hyphens and underscores")?;
    let code = if known == AgencyKind::Council {
        let read: Result<AuthorityCode, _> = code.parse();
        read.map_err(|error| InvalidProfile { key: "agency.code".to_owned(), problem: error.to_string() })?
            .to_string()
    } else {
        code.to_owned()
    };
    let name = name.filter(|name| !name.trim().is_empty());
    require(
        known == AgencyKind::Council || name.is_some(),
        "agency.name",
        "is needed: what people here call the agency",
    )?;
    Ok(Agency { kind: known, code, name: name.unwrap_or_default() })
}

fn field<F: Layout>(name: &str, key: &str) -> Result<F, InvalidProfile> {
    F::from_name(name)
        .ok_or_else(|| InvalidProfile { key: key.to_owned(), problem: format!("names no field `{name}`") })
}

fn require(holds: bool, key: &str, problem: &str) -> Result<(), InvalidProfile> {
    if holds { Ok(()) } else { Err(InvalidProfile { key: key.to_owned(), problem: problem.to_owned() }) }
}

/// The key on the line at this byte, and the line's number.
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let number = before.matches('\n').count() + 1;
    let line = text.lines().nth(number - 1).unwrap_or_default();
    let key: String = line.split('=').next().unwrap_or_default().trim().chars().take(64).collect();
    if key.is_empty() { format!("line {number}") } else { format!("{key} (line {number})") }
}

#[cfg(test)]
mod tests {
    use crate::police::{Field, MappingProfile};

    const GOOD: &str = "name = 'a'\nversion = 1\nsource_system = 's'\n[columns]\nincident_ref = 'Ref'\n";

    fn error(extra: &str) -> String {
        MappingProfile::from_toml(&format!("{GOOD}{extra}")).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_profile_is_told_by_key() {
        insta::assert_snapshot!(
            [
                error("incident_reff = 'X'"),
                error("[colums]\na = 'b'"),
                error("sex = []"),
                error("[values.sex]\nBoy = 'boy'"),
                error("[values.grader]\nA = 'b'"),
                error("[values.risk_grade]\n'High' = 'high'\n'HIGH ' = 'low'"),
                error("[constants]\nincident_ref = '1'"),
                error("sex = 'Sex'\n[constants]\nsex = 'male'"),
                MappingProfile::from_toml(&format!("required = ['dob']\n{GOOD}")).unwrap_err().to_string(),
                MappingProfile::from_toml(&format!("force = 'gotham'\n{GOOD}")).unwrap_err().to_string(),
                MappingProfile::from_toml(&format!("dates = ['mm/dd/yyyy']\n{GOOD}"))
                    .unwrap_err()
                    .to_string(),
                MappingProfile::from_toml(&GOOD.replace("version = 1", "version = 'one'"))
                    .unwrap_err()
                    .to_string(),
                MappingProfile::from_toml("name = ").unwrap_err().to_string(),
                MappingProfile::from_toml("").unwrap_err().to_string(),
            ]
            .join("\n")
        );
    }

    #[test]
    fn labels_are_matched_without_case_and_only_by_the_map_when_there_is_one() {
        let text = format!(
            "{GOOD}sex = 'S'\nrisk_grade = 'R'\n[values.sex]\nF = 'female'\n[values.home_la]\nHere = '308'"
        );
        let profile = MappingProfile::from_toml(&text).unwrap();
        assert_eq!(profile.code(Field::Sex, " f "), Some("female"));
        assert_eq!(profile.code(Field::Sex, "male"), None);
        assert_eq!(profile.code(Field::RiskGrade, "High"), Some("high"));
        assert_eq!(profile.code(Field::HomeLa, "here"), Some("E09000010"));
        assert_eq!(profile.code(Field::HomeLa, "Barnet"), Some("E09000003"));
    }
}
