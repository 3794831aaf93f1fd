//! Invented names that sound like London: given and family names from many places, joined at random.
//!
//! Nobody real is meant. The lists are our own and short; `weight` is per hundred within the group and **synthetic**.
use crate::dice::{Dice, Weighted};
use crate::figures::Group;

/// Where a family's names come from, with the self-defined ethnicity code (18+1) a record would hold.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) group: Group,
    pub(crate) weight: u32,
    pub(crate) ethnicity: &'static str,
    girls: &'static [&'static str],
    boys: &'static [&'static str],
    families: &'static [&'static str],
}

impl Origin {
    /// One of a group, by weight.
    pub(crate) fn of(group: Group, dice: &mut Dice) -> &'static Self {
        let list: Vec<Weighted<&'static Self>> = ORIGINS
            .iter()
            .filter(|origin| origin.group == group)
            .map(|origin| (origin.weight, origin))
            .collect();
        dice.weighted(&list)
    }

    /// A given name. For `other` and `unknown` either list.
    pub(crate) fn given(&self, sex: &str, dice: &mut Dice) -> &'static str {
        let girl = match sex {
            "female" => true,
            "male" => false,
            _ => dice.chance(500),
        };
        dice.one(if girl { self.girls } else { self.boys })
    }

    /// A family name.
    pub(crate) fn family(&self, dice: &mut Dice) -> &'static str {
        dice.one(self.families)
    }
}

const fn origin(
    group: Group,
    weight: u32,
    ethnicity: &'static str,
    girls: &'static [&'static str],
    boys: &'static [&'static str],
    families: &'static [&'static str],
) -> Origin {
    Origin { group, weight, ethnicity, girls, boys, families }
}

static ORIGINS: [Origin; 20] = [
    origin(
        Group::White,
        60,
        "W1",
        &[
            "Amelia", "Olivia", "Grace", "Ruby", "Ellie", "Poppy", "Daisy", "Freya", "Millie", "Lacey",
            "Skye", "Tilly", "Maisie", "Erin",
        ],
        &[
            "Jack", "Alfie", "Charlie", "Harry", "Archie", "Freddie", "Riley", "Jake", "Tyler", "Connor",
            "Toby", "Lewis", "Finley", "Callum",
        ],
        &[
            "Harding",
            "Whitlock",
            "Marsh",
            "Pemberton",
            "Fairley",
            "Oakes",
            "Tranter",
            "Holloway",
            "Ridley",
            "Swann",
            "Cartwright",
            "Penfold",
            "Bexhill",
            "Thorne",
            "Garrity",
        ],
    ),
    origin(
        Group::White,
        6,
        "W2",
        &["Aoife", "Niamh", "Orla", "Ciara", "Roisin", "Saoirse"],
        &["Cian", "Oisin", "Declan", "Ronan", "Fionn", "Eoin"],
        &["Corrigan", "Tierney", "Maguire", "Brannigan", "Feeney", "Scanlon", "Rafferty"],
    ),
    origin(
        Group::White,
        9,
        "W9",
        &["Zuzanna", "Maja", "Oliwia", "Lena", "Ieva", "Gabija", "Ioana", "Andreea"],
        &["Kacper", "Szymon", "Filip", "Antoni", "Lukas", "Matas", "Andrei", "Razvan"],
        &["Kowalczyk", "Zawadzka", "Nowicki", "Baranauskas", "Petrauskas", "Munteanu", "Dragomir", "Sikora"],
    ),
    origin(
        Group::White,
        5,
        "W9",
        &["Beatriz", "Mariana", "Leonor", "Ines", "Elif", "Defne", "Zeynep", "Erza"],
        &["Tiago", "Goncalo", "Duarte", "Emre", "Kerem", "Deniz", "Arber", "Ardit"],
        &["Figueira", "Sardinha", "Carvalhal", "Yildirim", "Aksoy", "Demirel", "Gashi", "Hoxha"],
    ),
    origin(
        Group::White,
        2,
        "W3",
        &["Tiffany", "Margaret", "Bridget", "Scarlett"],
        &["Johnny", "Miley", "Patrick", "Levi"],
        &["Doran", "Connors", "Boswell", "Lovell"],
    ),
    origin(
        Group::Black,
        42,
        "B2",
        &[
            "Ayomide", "Temilola", "Chiamaka", "Adaeze", "Abena", "Efua", "Folake", "Simisola", "Ifeoma",
            "Akosua",
        ],
        &["Tobiloba", "Ayodele", "Chidera", "Obinna", "Kwame", "Kofi", "Oluwaseun", "Emeka", "Yaw", "Dotun"],
        &[
            "Adewumi",
            "Ogunleye",
            "Nwachukwu",
            "Okonjo",
            "Asante",
            "Boateng",
            "Owusu",
            "Balogun",
            "Eze",
            "Adeyinka",
        ],
    ),
    origin(
        Group::Black,
        28,
        "B1",
        &["Shanice", "Tiana", "Kezia", "Renae", "Jada", "Amara"],
        &["Jermaine", "Tyrese", "Malachi", "Kymani", "Marlon", "Rashawn"],
        &["Campbell-Reid", "Delroy", "Lindo-Grant", "Bartley", "Gayle", "Palmer-Brown", "Dacosta", "Wray"],
    ),
    origin(
        Group::Black,
        20,
        "B2",
        &["Hodan", "Ayaan", "Ifrah", "Sagal", "Selam", "Hiwot", "Merveille"],
        &["Abdirahman", "Liban", "Guled", "Zakaria", "Yonas", "Natnael", "Exauce"],
        &["Warsame", "Farah", "Abdullahi", "Jama", "Tesfaye", "Haile", "Mbuyi", "Kabongo"],
    ),
    origin(
        Group::Black,
        6,
        "B9",
        &["Nia", "Zuri", "Imani"],
        &["Kai", "Jabari", "Zion"],
        &["Sankoh", "Kamara", "Mensah-Cole", "Bangura"],
    ),
    origin(
        Group::Asian,
        22,
        "A3",
        &["Tahmina", "Nusrat", "Sumaiya", "Fariha", "Jannat"],
        &["Tanvir", "Rakib", "Mahir", "Sajid", "Nabil"],
        &["Chowdhury", "Talukdar", "Mridha", "Sarkar", "Howlader"],
    ),
    origin(
        Group::Asian,
        22,
        "A2",
        &["Zainab", "Hafsa", "Maryam", "Iqra", "Aleena"],
        &["Hamza", "Zayan", "Bilal", "Daniyal", "Usman"],
        &["Qureshi", "Bhatti", "Malik", "Chaudhry", "Sheikh"],
    ),
    origin(
        Group::Asian,
        22,
        "A1",
        &["Anaya", "Diya", "Kavya", "Jasleen", "Meera"],
        &["Arjun", "Rohan", "Veer", "Harpreet", "Dev"],
        &["Pandya", "Solanki", "Sandhu", "Dhillon", "Rathod", "Iyer"],
    ),
    origin(
        Group::Asian,
        6,
        "A4",
        &["Mei", "Xinyi", "Yutong", "Jiahui"],
        &["Haoran", "Zihan", "Junjie", "Wei"],
        &["Zhou", "Lin", "Huang", "Xie"],
    ),
    origin(
        Group::Asian,
        14,
        "A9",
        &["Thi", "Linh", "Ngoc", "Anh", "Abirami", "Tharshini", "Bianca"],
        &["Minh", "Duc", "Quang", "Anh", "Kavin", "Dinesh", "Miguel"],
        &["Pham", "Tran", "Nguyen", "Sivakumar", "Ganeshan", "Santos", "Fernando"],
    ),
    origin(
        Group::Mixed,
        44,
        "M1",
        &["Layla", "Keira", "Tianna", "Aaliyah", "Mya"],
        &["Tyrell", "Jayden", "Reece", "Kian", "Leon"],
        &["Fielding", "Morgan-James", "Ellis", "Francis-Webb", "Dyer"],
    ),
    origin(
        Group::Mixed,
        24,
        "M2",
        &["Naomi", "Zara", "Esme", "Kemi"],
        &["Elijah", "Theo", "Jerome", "Ade"],
        &["Osei-Clarke", "Bennett-Ojo", "Lawal", "Kirby"],
    ),
    origin(
        Group::Mixed,
        18,
        "M3",
        &["Leila", "Maya", "Yasmin", "Sofia"],
        &["Zak", "Adam", "Rafi", "Sami"],
        &["Rahman-Hughes", "Kaur-Dean", "Shah-Price", "Miah"],
    ),
    origin(
        Group::Mixed,
        14,
        "M9",
        &["Lola", "Ines", "Nova", "Aria"],
        &["Rio", "Mateo", "Idris", "Noah"],
        &["Vega-Lane", "Abreu-Stone", "Okafor-Li", "Haddad"],
    ),
    origin(
        Group::Other,
        50,
        "O2",
        &["Salma", "Noor", "Rima", "Dina", "Hiba"],
        &["Youssef", "Karim", "Ziad", "Omar", "Rami"],
        &["Mansour", "Khoury", "Bennani", "Al-Sayed", "Haddadi"],
    ),
    origin(
        Group::Other,
        50,
        "O9",
        &["Valentina", "Camila", "Parwana", "Shirin", "Rojin"],
        &["Santiago", "Nicolas", "Ahmad", "Siamak", "Baran"],
        &["Restrepo", "Quintero", "Noorzai", "Karimi", "Rashidi"],
    ),
];
