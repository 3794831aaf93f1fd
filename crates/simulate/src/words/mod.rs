//! What people write: many short templates, filled with invented particulars.
//!
//! Plain, respectful, never graphic. The child is never blamed, doubted or reduced to a label; what is not known is
//! said to be not known. A test holds every sentence against a list of blaming terms.
mod calls;
mod records;
mod talks;
mod work;

pub(crate) use calls::Call;
pub(crate) use records::Keeping;
pub(crate) use talks::Talk;
pub(crate) use work::Work;

use crate::dice::Dice;
use crate::places;
use crate::population::Child;

/// The particulars of one incident, for filling templates.
#[derive(Debug, Clone)]
pub(crate) struct Voice {
    given: String,
    pronouns: [String; 4],
    carer: String,
    carer_is: &'static str,
    lives: String,
    borough: &'static str,
    school: String,
    place: String,
    friend: &'static str,
    street: String,
}

impl Voice {
    pub(crate) fn new(child: &Child, dice: &mut Dice) -> Self {
        let given = child.identity.given_name.clone();
        // Where the sex is not known the name stands for "she" and "he", so that every verb still agrees.
        let [subject, object, their, capital] = match child.identity.sex.as_str() {
            "female" => ["she", "her", "her", "She"],
            "male" => ["he", "him", "his", "He"],
            _ => [given.as_str(), "them", "their", given.as_str()],
        };
        let pronouns = [subject, object, their, capital].map(str::to_owned);
        let borough = places::borough(child.care.borough.as_deref().unwrap_or(""));
        let lives = match (&child.carer.home, child.looked_after()) {
            (Some(home), _) => home.clone(),
            (None, true) => "the foster home".to_owned(),
            (None, false) => "home".to_owned(),
        };
        let school = if child.identity.school.is_empty() { "college" } else { &child.identity.school };
        Self {
            given,
            pronouns,
            carer: child.carer.name.clone(),
            carer_is: child.carer.relationship,
            lives,
            borough: borough.name,
            school: school.to_owned(),
            place: places::meeting_place(dice),
            friend: dice.one(&["Jaz", "Coby", "Tasha", "Remi", "Ari", "Dre"]),
            street: places::address(dice, borough).0,
        }
    }

    /// One of the templates, filled.
    pub(crate) fn say(&self, dice: &mut Dice, templates: &[&str]) -> String {
        self.fill(dice.one(templates))
    }

    fn fill(&self, template: &str) -> String {
        let [they, them, their, capital] = &self.pronouns;
        let mut text = String::with_capacity(template.len() + 40);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((key, after)) = after.split_once('}') else { break };
            text.push_str(match key {
                "name" => &self.given,
                "they" => they,
                "They" => capital,
                "them" => them,
                "their" => their,
                "carer" => &self.carer,
                "carer_is" => self.carer_is,
                "lives" => &self.lives,
                "borough" => self.borough,
                "school" => &self.school,
                "place" => &self.place,
                "friend" => self.friend,
                "street" => &self.street,
                _ => "",
            });
            rest = after;
        }
        text.push_str(rest);
        text
    }
}
