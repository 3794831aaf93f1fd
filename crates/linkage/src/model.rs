//! What a model is: for every field and agreement level, how often it is seen between two records of one person, of
//! two people of one household, and of strangers.
//!
//! The third class is what keeps twins, siblings and an adult's name at the same address apart: agreement on surname
//! and postcode is as likely between brothers as between two records of one child, and only the model that knows
//! brothers exist gives it no more weight than it deserves.

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
/// Number of the first extra field.
pub const EXTRAS: usize = 6;

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
/// Levels of other texts.
pub const TEXTS: [&str; 5] = ["missing", "different", "loosely alike", "typing slip", "exact"];
const TEXT_TIERS: [u8; 5] = [0, 0, 1, 2, 3];
const SEX_TIERS: [u8; 5] = [0, 0, 1, 0, 1];

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
    /// Fields in the order of the numbers above, extras last.
    pub fields: Vec<FieldModel>,
    /// The extra columns, in the order of their fields.
    pub extras: Vec<Extra>,
}

/// What a model file can have wrong.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of the right shape.
    #[error("not a model file: {0}")]
    Json(#[from] serde_json::Error),
    /// Shares that are no shares.
    #[error("field `{0}` of the model has the wrong number of levels or a share outside 0 to 1")]
    Field(String),
    /// The model compares other columns than the file has.
    #[error("the model was trained on other extra columns than the file has")]
    OtherColumns,
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
                &[0.0, 0.07, 0.02, 0.015, 0.01, 0.03, 0.06, 0.085, 0.71],
                &[0.0, 0.90, 0.03, 0.005, 0.005, 0.01, 0.01, 0.02, 0.02],
                &[0.0, 0.972, 0.015, 0.0004, 0.0006, 0.001, 0.0015, 0.0015, 0.008],
            ),
            field(
                "family name",
                &names::LEVELS,
                &[0.0, 0.07, 0.012, 0.003, 0.02, 0.03, 0.055, 0.04, 0.77],
                &[0.0, 0.17, 0.02, 0.003, 0.03, 0.03, 0.047, 0.03, 0.67],
                &[0.0, 0.979, 0.012, 0.0003, 0.0007, 0.001, 0.001, 0.001, 0.005],
            ),
            field("names compared", &PATHS, &[0.985, 0.6, 0.4, 0.015], &[0.985, 0.6, 0.4, 0.015], &[1.0; 4]),
            field(
                "date of birth",
                &dates::LEVELS,
                &[0.0, 0.025, 0.006, 0.006, 0.013, 0.015, 0.01, 0.02, 0.045, 0.86],
                &[0.0, 0.72, 0.10, 0.01, 0.03, 0.01, 0.01, 0.01, 0.03, 0.08],
                &[0.0, 0.94, 0.045, 0.0025, 0.008, 0.001, 0.0003, 0.0001, 0.0025, 0.0001],
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
        ];
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
            form: 1,
            trained_on: 0,
            matches_per_record: 0.4,
            households_per_record: 0.5,
            fields,
            extras: extras.to_vec(),
        }
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When it is not one.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let model: Self = serde_json::from_str(text)?;
        let expected = Self::defaults(&model.extras);
        for (i, wanted) in expected.fields.iter().enumerate() {
            let good = model.fields.get(i).is_some_and(|f| {
                let shares = [&f.same, &f.household, &f.strangers];
                let right =
                    |s: &Vec<f64>| s.len() == wanted.same.len() && s.iter().all(|p| (0.0..=1.0).contains(p));
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
        let broken = model.to_json().unwrap().replacen("0.07", "7.5", 1);
        assert!(matches!(Model::from_json(&broken), Err(ModelError::Field(_))));
    }

    #[test]
    fn default_shares_add_up() {
        let model = Model::defaults(&[]);
        for f in model.fields.iter().filter(|f| f.name != "names compared" && f.name != "sex") {
            for shares in [&f.same, &f.household, &f.strangers] {
                let sum: f64 = shares.iter().sum();
                assert!((sum - 1.0).abs() < 0.011, "{} {sum}", f.name);
            }
        }
    }
}
