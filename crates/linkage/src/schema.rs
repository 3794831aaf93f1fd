//! Which column means what: recognised by its header, or told by a mapping.

use std::collections::BTreeMap;

use crate::identifiers::IdentifierKind;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The record's own id; needed.
    Id,
    /// Given name.
    Given,
    /// Family name.
    Surname,
    /// Given and family name in one.
    FullName,
    /// Another full name the person uses.
    Alias,
    /// Date of birth.
    Dob,
    /// Sex.
    Sex,
    /// Postcode.
    Postcode,
    /// Words compared as a whole and letter by letter: a street, a suburb, a birthplace.
    Text,
    /// A short code or number: a house number, a state.
    Number,
    /// A number that names the person.
    Identifier(IdentifierKind),
    /// Who gave the local number in the same row.
    Authority,
    /// Not used.
    Ignore,
}

/// What can be wrong with a mapping or a header.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SchemaError {
    /// No column is the id.
    #[error("no id column: name one `id`, or map one with `--columns id=NAME`")]
    NoId,
    /// Nothing to compare.
    #[error(
        "no column to compare was recognised; map them with `--columns`, for example `given=first,surname=last,dob=born`"
    )]
    Nothing,
    /// The mapping names a column that is not there.
    #[error("the file has no column `{0}`")]
    NoColumn(String),
    /// The mapping names a meaning that is not known.
    #[error(
        "`{0}` is not one of id, given, surname, full_name, alias, dob, sex, postcode, text, number, upn, nhs, identifier, authority, ignore"
    )]
    NoRole(String),
}

/// At most this many columns besides names, date, sex and postcode are compared.
pub const MOST_EXTRAS: usize = 8;

/// A compared column besides names, date, sex and postcode.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Extra {
    /// Its header, lower case.
    pub name: String,
    /// Text, number or identifier.
    pub role: Role,
}

/// Where each meaning stands in one file's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub(crate) id: usize,
    pub(crate) given: Option<usize>,
    pub(crate) surname: Option<usize>,
    pub(crate) full_name: Option<usize>,
    pub(crate) alias: Option<usize>,
    pub(crate) dob: Option<usize>,
    pub(crate) sex: Option<usize>,
    pub(crate) postcode: Option<usize>,
    pub(crate) authority: Option<usize>,
    pub(crate) extras: Vec<Option<usize>>,
    pub(crate) count: usize,
    /// Headers that are not used.
    pub unused: Vec<String>,
}

/// A mapping given by a person: header, meaning.
pub type Mapping = BTreeMap<String, Role>;

/// Reads `given=first,surname=last,text=street,ignore=note`.
///
/// # Errors
/// When a meaning is unknown.
pub fn parse_mapping(text: &str) -> Result<Mapping, SchemaError> {
    let mut mapping = Mapping::new();
    for part in text.split(',').filter(|p| !p.trim().is_empty()) {
        let (role, column) = part.split_once('=').unwrap_or((part, ""));
        let found = role_named(role.trim()).ok_or_else(|| SchemaError::NoRole(role.trim().to_owned()))?;
        mapping.insert(column.trim().to_lowercase(), found);
    }
    Ok(mapping)
}

fn role_named(word: &str) -> Option<Role> {
    Some(match word {
        "id" => Role::Id,
        "given" | "given_name" | "first_name" => Role::Given,
        "surname" | "family_name" | "last_name" => Role::Surname,
        "full_name" | "name" => Role::FullName,
        "alias" => Role::Alias,
        "dob" | "date_of_birth" => Role::Dob,
        "sex" | "gender" => Role::Sex,
        "postcode" => Role::Postcode,
        "text" => Role::Text,
        "number" => Role::Number,
        "upn" => Role::Identifier(IdentifierKind::Upn),
        "nhs" => Role::Identifier(IdentifierKind::Nhs),
        "identifier" => Role::Identifier(IdentifierKind::Plain),
        "authority" => Role::Authority,
        "ignore" => Role::Ignore,
        _ => return None,
    })
}

/// What a header most likely means.
#[must_use]
pub fn recognise(header: &str) -> Role {
    let plain: String =
        header.chars().filter(|c| c.is_ascii_alphanumeric()).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "id" | "recordid" | "uniqueid" | "recid" | "childid" | "personid" => Role::Id,
        "firstname" | "givenname" | "forename" | "forenames" | "firstnames" | "given" | "givennames" => {
            Role::Given
        }
        "surname" | "lastname" | "familyname" | "secondname" => Role::Surname,
        "alias" | "aliases" | "knownas" | "othername" | "othernames" | "aka" => Role::Alias,
        "dob" | "dateofbirth" | "birthdate" | "personbirthdate" | "born" => Role::Dob,
        "sex" | "gender" => Role::Sex,
        "postcode" | "postalcode" | "homepost" | "postcodefake" | "zip" | "zipcode" => Role::Postcode,
        "upn" | "uniquepupilnumber" => Role::Identifier(IdentifierKind::Upn),
        "nhs" | "nhsnumber" | "nhsno" => Role::Identifier(IdentifierKind::Nhs),
        "socsecid" | "nationalid" | "ninumber" | "nino" | "urn" | "localid" | "lachildid" | "pncid"
        | "croid" | "phone" | "phonenumber" | "mobile" | "telephone" | "email" => {
            Role::Identifier(IdentifierKind::Plain)
        }
        "authority" | "localauthority" | "lacode" => Role::Authority,
        "streetnumber" | "housenumber" | "state" | "county" | "borough" => Role::Number,
        "address" | "address1" | "address2" | "addressline1" | "addressline2" | "street" | "suburb"
        | "city" | "town" | "birthplace" | "placeofbirth" | "occupation" | "school" => Role::Text,
        "fullname" | "name" | "personname" => Role::FullName,
        _ => Role::Ignore,
    }
}

/// The compared columns of a first file, and where they stand.
///
/// # Errors
/// When there is no id, nothing to compare, or the mapping names a column that is not there.
pub fn read_header(header: &[String], mapping: &Mapping) -> Result<(Vec<Extra>, Columns), SchemaError> {
    let roles = roles(header, mapping)?;
    let mut extras = Vec::new();
    for (name, role) in header.iter().zip(&roles) {
        if matches!(role, Role::Text | Role::Number | Role::Identifier(_)) && extras.len() < MOST_EXTRAS {
            extras.push(Extra { name: name.trim().to_lowercase(), role: *role });
        }
    }
    let columns = place(header, &roles, &extras)?;
    Ok((extras, columns))
}

/// Where the compared columns of a first file stand in another file.
///
/// # Errors
/// As [`read_header`].
pub fn read_second_header(
    header: &[String],
    mapping: &Mapping,
    extras: &[Extra],
) -> Result<Columns, SchemaError> {
    place(header, &roles(header, mapping)?, extras)
}

fn roles(header: &[String], mapping: &Mapping) -> Result<Vec<Role>, SchemaError> {
    let lower: Vec<String> = header.iter().map(|h| h.trim().to_lowercase()).collect();
    for column in mapping.keys() {
        if !lower.contains(column) {
            return Err(SchemaError::NoColumn(column.clone()));
        }
    }
    let mapped_id = mapping.values().any(|r| *r == Role::Id);
    let mut roles: Vec<Role> = lower
        .iter()
        .map(|name| match mapping.get(name) {
            Some(role) => *role,
            None => match recognise(name) {
                Role::Id if mapped_id => Role::Ignore,
                role => role,
            },
        })
        .collect();
    for single in [
        Role::Id,
        Role::Given,
        Role::Surname,
        Role::FullName,
        Role::Alias,
        Role::Dob,
        Role::Sex,
        Role::Postcode,
        Role::Authority,
    ] {
        let mut seen = false;
        for (name, role) in lower.iter().zip(roles.iter_mut()) {
            if *role == single {
                if seen && !mapping.contains_key(name) {
                    *role = Role::Ignore;
                }
                seen = true;
            }
        }
    }
    if roles.contains(&Role::Given) && roles.contains(&Role::Surname) {
        for role in &mut roles {
            if *role == Role::FullName {
                *role = Role::Ignore;
            }
        }
    }
    Ok(roles)
}

fn place(header: &[String], roles: &[Role], extras: &[Extra]) -> Result<Columns, SchemaError> {
    let find = |role: Role| roles.iter().position(|r| *r == role);
    let columns = Columns {
        id: find(Role::Id).ok_or(SchemaError::NoId)?,
        given: find(Role::Given),
        surname: find(Role::Surname),
        full_name: find(Role::FullName),
        alias: find(Role::Alias),
        dob: find(Role::Dob),
        sex: find(Role::Sex),
        postcode: find(Role::Postcode),
        authority: find(Role::Authority),
        extras: extras
            .iter()
            .map(|extra| {
                (0..header.len())
                    .find(|&i| roles[i] == extra.role && header[i].trim().to_lowercase() == extra.name)
            })
            .collect(),
        count: header.len(),
        unused: header
            .iter()
            .zip(roles)
            .filter(|(_, r)| **r == Role::Ignore)
            .map(|(h, _)| h.clone())
            .collect(),
    };
    let names = [columns.given, columns.surname, columns.full_name, columns.dob, columns.postcode];
    if names.iter().all(Option::is_none) && columns.extras.iter().all(Option::is_none) {
        return Err(SchemaError::Nothing);
    }
    Ok(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Vec<String> {
        text.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn febrl_and_home_made_headers_are_recognised() {
        let febrl = "id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id";
        let (extras, columns) = read_header(&header(febrl), &Mapping::new()).unwrap();
        assert_eq!(extras.len(), 6);
        assert_eq!((columns.given, columns.dob, columns.postcode), (Some(1), Some(9), Some(7)));
        let (extras, columns) =
            read_header(&header("id,source,first_name,surname,alias,dob,sex,postcode"), &Mapping::new())
                .unwrap();
        assert!(extras.is_empty());
        assert_eq!(columns.unused, ["source"]);
        assert_eq!(columns.alias, Some(4));
    }

    #[test]
    fn a_mapping_wins() {
        let mapping = parse_mapping("id=ref,given=vorname,surname=nachname,ignore=dob").unwrap();
        let (_, columns) = read_header(&header("Ref,Vorname,Nachname,DOB,id"), &mapping).unwrap();
        assert_eq!((columns.id, columns.given, columns.dob), (0, Some(1), None));
        assert_eq!(parse_mapping("colour=x"), Err(SchemaError::NoRole("colour".into())));
        assert_eq!(read_header(&header("id,x"), &Mapping::new()), Err(SchemaError::Nothing));
        assert_eq!(read_header(&header("name,dob"), &Mapping::new()), Err(SchemaError::NoId));
        let missing = parse_mapping("dob=born").unwrap();
        assert_eq!(read_header(&header("id,name"), &missing), Err(SchemaError::NoColumn("born".into())));
    }
}
