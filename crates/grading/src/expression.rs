//! Reads a condition as a practice lead writes it: `age < 13 and (time_of_day = night or not phone_on)`.
//!
//! `and` and `or` are never mixed without brackets, so that nobody has to know which binds closer.
use std::collections::HashMap;

use crate::condition::{Check, Condition};
use crate::{Fact, FactKind};

/// What is wrong in a condition, and at which character, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) column: usize,
    pub(crate) reason: String,
}

/// Words that cannot name a fact.
pub(crate) const RESERVED: [&str; 6] = ["and", "or", "not", "in", "yes", "no"];
const MOST_CHARACTERS: usize = 1_000;
const DEEPEST: usize = 12;

pub(crate) fn parse(text: &str, facts: &[Fact], places: &HashMap<&str, usize>) -> Result<Condition, Fault> {
    if text.len() > MOST_CHARACTERS {
        let reason = format!("a condition has at most {MOST_CHARACTERS} characters; make it two rules");
        return Err(Fault { column: MOST_CHARACTERS, reason });
    }
    let tokens = tokens(text)?;
    let end = text.chars().count() + 1;
    let mut reader = Reader { tokens: &tokens, at: 0, end, facts, places };
    let condition = reader.expression(0)?;
    match reader.next() {
        None => Ok(condition),
        Some((column, token)) => Err(fault(column, format!("`{}` was not expected here", token.show()))),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Number(i64),
    Sign(&'static str),
}

impl Token {
    fn show(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Number(n) => n.to_string(),
            Self::Sign(sign) => (*sign).to_owned(),
        }
    }
}

fn fault(column: usize, reason: impl Into<String>) -> Fault {
    Fault { column, reason: reason.into() }
}

fn tokens(text: &str) -> Result<Vec<(usize, Token)>, Fault> {
    const SIGNS: [&str; 8] = ["<=", ">=", "<", ">", "=", "(", ")", ","];
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = characters.get(at) {
        let run = |fits: fn(char) -> bool| -> String {
            characters[at..].iter().copied().take_while(|&character| fits(character)).collect()
        };
        let column = at + 1;
        let length = if first.is_whitespace() {
            1
        } else if first.is_ascii_lowercase() {
            let word = run(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            let length = word.len();
            tokens.push((column, Token::Word(word)));
            length
        } else if first.is_ascii_digit() {
            let digits = run(|c| c.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| digits.len() <= 9);
            tokens.push((
                column,
                Token::Number(number.ok_or_else(|| fault(column, "the number is too long"))?),
            ));
            digits.len()
        } else {
            let starts = |sign: &&str| {
                sign.chars().zip(&characters[at..]).filter(|(a, b)| a == *b).count() == sign.len()
            };
            let sign = SIGNS.into_iter().find(starts);
            let sign = sign.ok_or_else(|| fault(column, format!("`{first}` has no meaning here")))?;
            tokens.push((column, Token::Sign(sign)));
            sign.len()
        };
        at += length;
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: &'a [(usize, Token)],
    at: usize,
    end: usize,
    facts: &'a [Fact],
    places: &'a HashMap<&'a str, usize>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<(usize, &'a Token)> {
        let token = self.tokens.get(self.at);
        self.at += usize::from(token.is_some());
        token.map(|(column, token)| (*column, token))
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn column(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(column, _)| *column)
    }

    fn takes(&mut self, token: &Token) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn expression(&mut self, depth: usize) -> Result<Condition, Fault> {
        if depth > DEEPEST {
            return Err(fault(self.column(), format!("brackets and nots go at most {DEEPEST} deep")));
        }
        let and = Token::Word("and".into());
        let or = Token::Word("or".into());
        let first = self.term(depth)?;
        let joint = match self.peek() {
            Some(token) if *token == and => and.clone(),
            Some(token) if *token == or => or.clone(),
            _ => return Ok(first),
        };
        let mut parts = vec![first];
        while self.takes(&joint) {
            parts.push(self.term(depth)?);
        }
        if matches!(self.peek(), Some(token) if *token == and || *token == or) {
            return Err(fault(self.column(), "`and` and `or` together need brackets"));
        }
        Ok(if joint == and { Condition::All(parts) } else { Condition::Any(parts) })
    }

    fn term(&mut self, depth: usize) -> Result<Condition, Fault> {
        if self.takes(&Token::Word("not".into())) {
            if depth > DEEPEST {
                return Err(fault(self.column(), format!("brackets and nots go at most {DEEPEST} deep")));
            }
            return Ok(Condition::Not(Box::new(self.term(depth + 1)?)));
        }
        if self.takes(&Token::Sign("(")) {
            let inner = self.expression(depth + 1)?;
            let column = self.column();
            return if self.takes(&Token::Sign(")")) {
                Ok(inner)
            } else {
                Err(fault(column, "a bracket is not closed"))
            };
        }
        match self.next() {
            Some((column, Token::Word(word))) => self.test(column, word),
            Some((column, token)) => Err(fault(column, format!("`{}` was not expected here", token.show()))),
            None => Err(fault(self.end, "a fact is missing")),
        }
    }

    fn test(&mut self, column: usize, word: &str) -> Result<Condition, Fault> {
        let place = self.places.get(word).copied();
        let place = place.ok_or_else(|| fault(column, format!("`{word}` is not a declared fact")))?;
        let fact = &self.facts[place];
        let check = match &fact.kind {
            FactKind::YesNo => Check::Yes,
            FactKind::Number { unit, .. } => self.comparison(word, unit)?,
            FactKind::Code { .. } => self.one_of(fact)?,
        };
        Ok(Condition::Test { fact: place, check })
    }

    fn comparison(&mut self, word: &str, unit: &str) -> Result<Check, Fault> {
        let column = self.column();
        let wanted =
            || fault(column, format!("`{word}` is a number of {unit}: write for instance `{word} >= 3`"));
        let Some((_, Token::Sign(sign))) = self.next() else { return Err(wanted()) };
        let check = match *sign {
            "<" => Check::Less,
            "<=" => Check::AtMost,
            ">=" => Check::AtLeast,
            ">" => Check::More,
            "=" => Check::Exactly,
            _ => return Err(wanted()),
        };
        match self.next() {
            Some((_, Token::Number(number))) => Ok(check(*number)),
            _ => Err(wanted()),
        }
    }

    fn one_of(&mut self, fact: &Fact) -> Result<Check, Fault> {
        let name = &fact.name;
        let column = self.column();
        let wanted = || {
            fault(column, format!("`{name}` is a list: write `{name} = code` or `{name} in (code, code)`"))
        };
        match self.next() {
            Some((_, Token::Sign("="))) => Ok(Check::OneOf(vec![self.code(fact)?])),
            Some((_, Token::Word(word))) if word == "in" && self.takes(&Token::Sign("(")) => {
                let mut codes = vec![self.code(fact)?];
                while self.takes(&Token::Sign(",")) {
                    codes.push(self.code(fact)?);
                }
                if self.takes(&Token::Sign(")")) { Ok(Check::OneOf(codes)) } else { Err(wanted()) }
            }
            _ => Err(wanted()),
        }
    }

    fn code(&mut self, fact: &Fact) -> Result<u16, Fault> {
        let column = self.column();
        let Some((_, token)) = self.next() else { return Err(fault(column, "a code is missing")) };
        let code = crate::Value::Code(token.show());
        match fact.slot(&code) {
            Some(crate::condition::Slot::Code(place)) => Ok(place),
            _ => Err(fault(column, format!("`{}` is not a code of `{}`", token.show(), fact.name))),
        }
    }
}
