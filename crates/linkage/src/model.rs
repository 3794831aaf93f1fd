//! What a model is: for every field and agreement level, how often it is seen between two records of one person, of
//! two people of one household, and of strangers.
//!
//! The household is what keeps siblings apart: agreement on surname and postcode is as likely between brothers as
//! between two records of one child, and only the model that knows brothers exist gives it no more weight than it
//! deserves. Two kinds of relative need more, because what they share comes together: twins share the date of birth
//! and differ in the given name; a parent and the child named after them share the whole name and are born a
//! generation apart. Each is a class of its own ([`KINDS`]), like the household except in those fields.

use serde::{Deserialize, Serialize};

use crate::schema::{Extra, Role};
use crate::{dates, identifiers, names, postcodes};

/// Number of the given-name field.
pub const GIVEN: usize = 0;
/// Number of the family-name field.
pub const SURNAME: usize = 1;
/// Number of the field that says which of a record's names were compared.
pub const PATH: usize = 2;
/// Number of the date-of-birth field.
pub const DOB: usize = 3;
/// Number of the postcode field.
pub const POSTCODE: usize = 4;
/// Number of the sex field.
pub const SEX: usize = 5;
/// Number of the field that says whether neither name agrees.
pub const TOGETHER: usize = 6;
/// Number of the first extra field.
pub const EXTRAS: usize = 7;

/// Names of the ways in which two records' names can be laid side by side.
pub const PATHS: [&str; 4] = [
    "as written",
    "as written, though an alias is given",
    "through an alias",
    "given and family name exchanged",
];
/// Levels of sex; agreement says less when the given names already agree.
pub const SEXES: [&str; 5] =
    ["missing", "different", "same", "different, given names agree", "same, given names agree"];
/// Levels of both names together. A child who gives another name altogether changes both, so that two names that
/// differ speak less against one person than each of them alone would.
pub const TOGETHERS: [&str; 3] = ["missing", "neither name agrees", "a name agrees"];
/// Levels of other texts.
pub const TEXTS: [&str; 5] = ["missing", "different", "loosely alike", "typing slip", "exact"];
/// Form of the model files this release writes and reads.
const FORM: u32 = 2;
/// Most levels of any field.
pub(crate) const MOST_LEVELS: usize = 12;
const TOGETHER_TIERS: [u8; 3] = [0, 0, 0];
const TEXT_TIERS: [u8; 5] = [0, 0, 1, 2, 3];
const SEX_TIERS: [u8; 5] = [0, 0, 1, 0, 1];

/// The kinds of two people who share a household, in the order in which their sums are kept.
pub const KINDS: [&str; 3] = [
    "brothers, sisters and parents agree on such things too",
    "twins agree on such things too",
    "a parent of the same name agrees on such things too",
];

/// How one field behaves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldModel {
    /// The field's name.
    pub name: String,
    /// Names of its levels; level 0 is "missing" and carries no weight.
    pub levels: Vec<String>,
    /// Share of each level among pairs of one person.
    pub same: Vec<f64>,
    /// Share of each level among pairs of one household but different people.
    pub household: Vec<f64>,
    /// The same among twins, where it differs from other people of one household; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub twins: Vec<f64>,
    /// The same among two of one household who bear one name, where it differs; else empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub namesakes: Vec<f64>,
    /// Share of each level among pairs of strangers.
    pub strangers: Vec<f64>,
    /// Frequency, in bits, of the value at which a level has its plain weight; rarer values weigh more.
    /// Empty where frequency plays no part.
    pub usual_frequency: Vec<f64>,
}

/// A trained or default model. Serialised as the file `link train --output` writes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Form of this file.
    pub form: u32,
    /// Records the model was trained on; 0 for the defaults.
    pub trained_on: usize,
    /// Pairs of one person to expect, per record.
    pub matches_per_record: f64,
    /// Pairs of one household to expect, per record.
    pub households_per_record: f64,
    /// Pairs of twins to expect, per record, over and above those.
    pub twins_per_record: f64,
    /// Pairs of one household and one name to expect, per record, over and above those.
    pub namesakes_per_record: f64,
    /// Fields in the order of the numbers above, extras last.
    pub fields: Vec<FieldModel>,
    /// The extra columns, in the order of their fields.
    pub extras: Vec<Extra>,
}

/// What a model file can have wrong.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of the right shape.
    #[error("not a model file")]
    Json(#[from] serde_json::Error),
    /// A file of another release.
    #[error("model form {0} is not known here; train again")]
    Form(u32),
    /// Shares that are no shares.
    #[error("field `{0}` of the model has the wrong number of levels or a share outside 0 to 1")]
    Field(String),
    /// The model compares other columns than the file has.
    #[error("the model was trained on other extra columns than the file has")]
    OtherColumns,
}

impl FieldModel {
    /// Shares by kind of household, in the order of [`KINDS`].
    pub(crate) fn kinds<'a>(&'a self) -> [&'a [f64]; 3] {
        let own = |shares: &'a Vec<f64>| if shares.is_empty() { &self.household } else { shares };
        [&self.household, own(&self.twins), own(&self.namesakes)]
    }
}

impl Model {
    /// Defaults for British records of children, used where a file is too small to learn from and as the start
    /// of training everywhere else. They are estimates of ours, not measurements of any real register.
    #[must_use]
    pub fn defaults(extras: &[Extra]) -> Self {
        let mut fields = vec![
            field(
                "given name",
                &names::LEVELS,
                &[0.0, 0.015, 0.0003, 0.02, 0.015, 0.01, 0.03, 0.06, 0.09, 0.7597],
                &[0.0, 0.88, 0.02, 0.03, 0.005, 0.005, 0.01, 0.01, 0.02, 0.02],
                &[0.0, 0.969, 0.003, 0.015, 0.0004, 0.0006, 0.001, 0.0015, 0.0015, 0.008],
            ),
            field(
                "family name",
                &names::LEVELS,
                &[0.0, 0.05, 0.003, 0.012, 0.003, 0.02, 0.03, 0.055, 0.04, 0.787],
                &[0.0, 0.16, 0.01, 0.02, 0.003, 0.03, 0.03, 0.047, 0.03, 0.67],
                &[0.0, 0.978, 0.001, 0.012, 0.0003, 0.0007, 0.001, 0.001, 0.001, 0.005],
            ),
            field("names compared", &PATHS, &[0.985, 0.6, 0.4, 0.015], &[0.985, 0.6, 0.4, 0.015], &[1.0; 4]),
            field(
                "date of birth",
                &dates::LEVELS,
                &[0.0, 0.005, 0.02, 0.006, 0.006, 0.013, 0.015, 0.01, 0.02, 0.045, 0.86],
                &[0.0, 0.35, 0.50, 0.06, 0.005, 0.05, 0.008, 0.003, 0.002, 0.02, 0.002],
                &[0.0, 0.44, 0.50, 0.045, 0.0025, 0.008, 0.001, 0.0003, 0.0001, 0.0025, 0.0001],
            ),
            field(
                "postcode",
                &postcodes::LEVELS,
                &[0.0, 0.08, 0.10, 0.04, 0.04, 0.04, 0.04, 0.66],
                &[0.0, 0.05, 0.04, 0.02, 0.04, 0.02, 0.05, 0.78],
                &[0.0, 0.958, 0.036, 0.003, 0.002, 0.0005, 0.0003, 0.0001],
            ),
            field(
                "sex",
                &SEXES,
                &[0.0, 0.03, 0.97, 0.015, 0.985],
                &[0.0, 0.5, 0.5, 0.03, 0.97],
                &[0.0, 0.5, 0.5, 0.03, 0.97],
            ),
            field(
                "both names",
                &TOGETHERS,
                &[0.0, 0.02, 0.98],
                &[0.0, 0.0025, 0.9975],
                &[0.0, 0.0025, 0.9975],
            ),
        ];
        // Twins are born on one day, but a record of either may have the date wrong.
        fields[DOB].twins = vec![0.0, 0.004, 0.016, 0.006, 0.006, 0.013, 0.015, 0.01, 0.02, 0.05, 0.86];
        // Twins are given different names, though often names that share a part.
        fields[GIVEN].twins = vec![0.0, 0.92, 0.06, 0.01, 0.002, 0.001, 0.002, 0.001, 0.002, 0.002];
        // Two of three pairs of twins are of one sex.
        fields[SEX].twins = vec![0.0, 0.36, 0.64, 0.03, 0.97];
        // A name handed on is written as variously as one person's name, and the births lie a generation apart.
        fields[GIVEN].namesakes = vec![0.0, 0.03, 0.01, 0.02, 0.015, 0.015, 0.03, 0.06, 0.08, 0.74];
        fields[DOB].namesakes = vec![0.0, 0.80, 0.13, 0.005, 0.005, 0.03, 0.006, 0.003, 0.001, 0.018, 0.002];
        for extra in extras {
            fields.push(match extra.role {
                Role::Identifier(_) => field(
                    &extra.name,
                    &identifiers::LEVELS,
                    &[0.0, 0.06, 0.03, 0.11, 0.80],
                    &[0.0, 0.97, 0.01, 0.01, 0.01],
                    &[0.0, 0.9985, 0.001, 0.0004, 0.0001],
                ),
                _ => field(
                    &extra.name,
                    &TEXTS,
                    &[0.0, 0.20, 0.05, 0.13, 0.62],
                    &[0.0, 0.15, 0.05, 0.10, 0.70],
                    &[0.0, 0.96, 0.02, 0.005, 0.015],
                ),
            });
        }
        Self {
            form: FORM,
            trained_on: 0,
            matches_per_record: 0.4,
            households_per_record: 0.5,
            twins_per_record: 0.03,
            namesakes_per_record: 0.015,
            fields,
            extras: extras.to_vec(),
        }
    }

    /// What the field for both names is measured against: how often neither would agree if each went its own way.
    pub(crate) fn expect_names_apart(&mut self) {
        let apart = self.fields[GIVEN].same[1] * self.fields[SURNAME].same[1];
        let together = &mut self.fields[TOGETHER];
        together.strangers = vec![0.0, apart, 1.0 - apart];
        together.household.clone_from(&together.strangers);
    }

    /// Pairs to expect per record, by kind of household.
    pub(crate) fn kinds_per_record(&self) -> [f64; 3] {
        [self.households_per_record, self.twins_per_record, self.namesakes_per_record]
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text)?;
        if model.form != FORM {
            return Err(ModelError::Form(model.form));
        }
        let expected = Self::defaults(&model.extras);
        for (i, wanted) in expected.fields.iter().enumerate() {
            let good = model.fields.get(i).is_some_and(|f| {
                let shares = [
                    (&f.same, &wanted.same),
                    (&f.household, &wanted.household),
                    (&f.twins, &wanted.twins),
                    (&f.namesakes, &wanted.namesakes),
                    (&f.strangers, &wanted.strangers),
                ];
                let right = |(s, wanted): (&Vec<f64>, &Vec<f64>)| {
                    s.len() == wanted.len() && s.iter().all(|p| (0.0..=1.0).contains(p))
                };
                let usual = f.usual_frequency.is_empty() || f.usual_frequency.len() == wanted.same.len();
                shares.into_iter().all(right) && usual && f.usual_frequency.iter().all(|v| v.is_finite())
            });
            if !good {
                return Err(ModelError::Field(wanted.name.clone()));
            }
        }
        Ok(model)
    }

    /// The model as JSON, readable and stable.
    ///
    /// # Errors
    /// Never for a model this crate made; a share that is not a number cannot be written.
    pub fn to_json(&self) -> Result<String, ModelError> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

/// Tiers of a field's levels: a level of a better tier never weighs less.
pub(crate) fn tiers(field: usize, extras: &[Extra]) -> &'static [u8] {
    match field {
        GIVEN | SURNAME => &names::TIERS,
        PATH => &[0, 0, 0, 0],
        TOGETHER => &TOGETHER_TIERS,
        DOB => &dates::TIERS,
        POSTCODE => &postcodes::TIERS,
        SEX => &SEX_TIERS,
        other => match extras[other - EXTRAS].role {
            Role::Identifier(_) => &identifiers::TIERS,
            _ => &TEXT_TIERS,
        },
    }
}

fn field(name: &str, levels: &[&str], same: &[f64], household: &[f64], strangers: &[f64]) -> FieldModel {
    FieldModel {
        name: name.to_owned(),
        levels: levels.iter().map(|l| (*l).to_owned()).collect(),
        same: same.to_vec(),
        household: household.to_vec(),
        twins: Vec::new(),
        namesakes: Vec::new(),
        strangers: strangers.to_vec(),
        usual_frequency: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_survives_its_file() {
        let model = Model::defaults(&[Extra {
            name: "upn".into(),
            role: Role::Identifier(crate::identifiers::IdentifierKind::Upn),
        }]);
        assert_eq!(Model::from_json(&model.to_json().unwrap()).unwrap(), model);
        assert!(Model::from_json("{}").is_err());
        let broken = model.to_json().unwrap().replacen("0.985", "7.5", 1);
        assert!(matches!(Model::from_json(&broken), Err(ModelError::Field(_))));
    }

    #[test]
    fn default_shares_add_up() {
        let model = Model::defaults(&[]);
        for f in model.fields.iter().filter(|f| f.name != "names compared" && f.name != "sex") {
            for shares in [&f.same[..], &f.strangers].into_iter().chain(f.kinds()) {
                let sum: f64 = shares.iter().sum();
                assert!((sum - 1.0).abs() < 0.011, "{} {sum}", f.name);
            }
        }
    }
}
