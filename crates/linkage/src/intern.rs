//! Every distinct text once, known by a number; number 0 is the empty text.

use crate::text::hash_bytes;

/// A table of distinct texts.
#[derive(Debug, Clone)]
pub struct Interner {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    hashes: Vec<u32>,
    slots: Vec<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        let mut new = Self { bytes: Vec::new(), ends: Vec::new(), hashes: Vec::new(), slots: vec![0; 64] };
        new.intern(b"");
        new
    }
}

impl Interner {
    /// The number of `text`, and whether it is new.
    pub fn intern(&mut self, text: &[u8]) -> (u32, bool) {
        let hash = (hash_bytes(text) >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            let id = self.slots[at] - 1;
            if self.hashes[id as usize] == hash && self.text(id) == text {
                return (id, false);
            }
            at = (at + 1) & mask;
        }
        let id = self.ends.len() as u32;
        self.slots[at] = id + 1;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        self.hashes.push(hash);
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        (id, true)
    }

    /// The number of `text` if it is known.
    #[must_use]
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let hash = (hash_bytes(text) >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            let id = self.slots[at] - 1;
            if self.hashes[id as usize] == hash && self.text(id) == text {
                return Some(id);
            }
            at = (at + 1) & mask;
        }
        None
    }

    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        for (id, &hash) in self.hashes.iter().enumerate() {
            let mut at = hash as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = id as u32 + 1;
        }
    }

    /// The text of a number given out by [`Interner::intern`].
    #[must_use]
    pub fn text(&self, id: u32) -> &[u8] {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] as usize };
        &self.bytes[start..self.ends[id] as usize]
    }

    /// How many distinct texts there are, the empty one included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: the empty text is always there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Interner;

    #[test]
    fn a_text_keeps_its_number() {
        let mut all = Interner::default();
        let ids: Vec<u32> = (0..1000).map(|i| all.intern(format!("name {i}").as_bytes()).0).collect();
        for (i, id) in ids.iter().enumerate() {
            assert_eq!(all.find(format!("name {i}").as_bytes()), Some(*id));
            assert_eq!(all.text(*id), format!("name {i}").as_bytes());
        }
        assert_eq!(all.intern(b"").0, 0);
        assert_eq!(all.len(), 1001);
    }
}
