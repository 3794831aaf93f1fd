//! Names that stand for one another: short forms, pet names, and the spellings one name has in different
//! languages and alphabets. Written from general knowledge; a service adds its own with [`Relations::add`].

use std::collections::HashMap;

/// Groups of names that may all be the same person's, one group a line, the formal name first.
const GIVEN: &str = "\
abigail abby abbie abi gail
adam addy
adele addie della
adrian ade
agnes aggie nessie
agnieszka aga
aisha ayesha aysha aicha aesha aishah ayisha eisha
alan allan allen al alun
albert bert bertie al albie
aleksander alek olek aleks
aleksandra ola sasha aleksa
alexander alex al sandy xander lex alec alick alasdair alistair alexandr aleksandr aleksandar sasha zander alexandru
alexandra alex sandra lexi lexie sandy alexa sasha aleksandra alexia
alfred alf alfie fred freddie
alice ali allie alicia alyssa alisa
alison ali allie allison
amanda mandy manda
amelia millie mia emilia amy milly
amina aminah aamina ameena aminata
amir ameer aamir emir
andrew andy drew andrei andrzej andreas
angela angie ange
ann anne anna annie nan nancy anya ania hannah hanna
annabel annabelle bella belle anna
anthony tony ant antony antoni antonio anton
antonia toni tonia
arabella bella belle ara
archibald archie archy
arthur art artie
ayaan ayan
barbara barb babs basia
barnaby barney
bartosz bartek bartlomiej
beatrice bea trixie bee beatrix
benedict ben
benjamin ben benny benji binyamin benjy
bernadette bernie
beverley bev beverly
bilal bilaal
blessing bless
bradley brad
brandon bran
brian bryan
bridget biddy bridie bridgette
caitlin kate katie cait kaitlin caitlyn kaitlyn katelyn
callum calum cal
cameron cam
caroline carrie caz carol carolyn karolina karoline
cassandra cass cassie sandra
catherine kate katie cathy kathy katherine kathryn cath kat kitty kay catrina katharine cathryn katarzyna kasia
    ekaterina katerina catriona kathleen katya caterina
cecilia cissy celia cecily
charles charlie chas chuck carl charley
charlotte charlie lottie lotte char charley
chelsea chels
cheryl chez sheryl
christina chris tina chrissy chrissie kristina christine krystyna
christine chris chrissy chrissie tina
christopher chris kit topher kris krzysztof cristopher kristopher
clarissa clara clare
clare claire clair clara
constance connie
courtney court
cynthia cindy
daniel dan danny dani danyal daniil danial
danielle dani danni ella daniela
david dave davey davy dai dawid dafydd davide daud dawood daoud
deborah deb debbie debra debs
delilah lila della
denise den
dennis den denis
derek del derrick
diana di diane dianne
dominic dom nic dominik dominick
donald don donny
dorothy dot dotty dolly dottie
douglas doug dougie
duncan dunc
ebenezer eben
edith edie
edmund ed eddie ned ted
edward ed eddie ted teddy ned eduard
eilidh ailie
eleanor ellie nell nellie ella elle nora elinor eleanora elena leonora lenny
elijah eli ilyas elias
elizabeth liz lizzie beth betty libby eliza lisa elsie bess bessie betsy liza lizzy elisabeth elspeth lilibet elzbieta
    lilly lily lisbeth elisa
ella ellie
elliot elliott eliot
ellen nell nellie ellie elena helen
emily em emmy emmie millie emilie milly emilia
emma em emmy emmie
emmanuel manny emanuel manuel
ethan eth
euan ewan owen ewen eoin
eugene gene
evelyn eve evie eva lyn
ezekiel zeke
faisal faysal feisal
farhan farhaan
fatima fatimah fatema fatemeh fatoumata fatma faatima
felicity fliss flick
finley fin finn finlay
florence flo florrie flossie flora
frances fran fanny frankie francesca
francesca fran frankie chess francis
francis frank frankie fran francisco franciszek
frederick fred freddie freddy rick frederic fredrick
gabriel gabe gabi
gabrielle gabby gabi gabriella elle gabriela
gareth gary gaz
gary gaz garry
gavin gav
gemma gem jemma
genevieve gen evie ginny
geoffrey geoff jeff jeffrey
george georgie geordie jorge gheorghe
georgia georgie gia
georgina georgie gina georgiana
gerald gerry jerry ged gerard
gillian gill jill gilly
giovanni gianni john
gloria glo
gordon gordy
grace gracie
graham graeme grahame
gregory greg gregor grzegorz
gwendolyn gwen
habib habeeb
hamza hamzah hamzeh
hannah hanna anna han
harold harry hal harrold
harriet hattie harri hetty harry
harrison harry
hassan hasan hassen hasaan
hayley hailey haley hayleigh
heather heth
helen nell ellie helena elena lena
henrietta hettie etta henri
henry harry hal hank harri henri
hugh hughie huw hugo
hussain hussein husain hussayn hossain husayn hosein hussien
ibrahim ebrahim ibraheem abraham ibrahima ebrima brahim ibraahim
ian iain
imogen immy immie imi
imran emran
iqra ikra
isaac zac ike izaak isaak ishaq ishak
isabella bella izzy issy isabel isabelle isobel izzie ella isla izabella belle isabela
ishmael ismail ismael ismaeel esmail
jacob jake coby jakub yaqub yakub jacoby kuba yaqoob
jacqueline jackie jacqui jacquie jaqueline
james jim jimmy jamie jem jay jaime jimmie
jan janek
janet jan jenny
jane janie jan jayne
jasmine jas jazz yasmin jasmin yasmine jaz yasmeen jasmyn
jason jay jase
javed javaid jawed jawad
jayden jay jaden jaiden
jennifer jen jenny jenni jenna
jeremy jez jerry jem
jessica jess jessie jessy
joan joanie
joanne jo joanna joann joannah joasia
john jack johnny jon ian johnnie sean ivan jean juan jan johann evan shaun
jonathan jon john jonny jonathon johnathan johnny jono
jordan jordy jordon
joseph joe joey jo yusuf jos jozef josef giuseppe yousef youssef
josephine jo josie joey fifi
joshua josh
judith judy jude judi
julia julie jules giulia
julian jules
julie jules
juliet jules julie juliette
junaid junayd
kamran kamraan
karen kaz karin
katarzyna kasia
kayleigh kay kayley kaylee
kelechi kc
kelly kel kelley kellie
kenneth ken kenny
kerry kez kerri
kevin kev kevyn
khadija khadijah khadeeja kadija hadija khadeja
khalid khaled kaled
kieran kieron ciaran keiran
kimberley kim kimberly kimmy
kirsty kirsten kirstie kirstin
krzysztof krzys krzysiek
laura lori laurie lauren
lauren laurie loz laura
lawrence larry laurie laurence loz lawrie
leah lea lia
leonard len lenny leo
leonardo leo
leroy roy
leslie les lesley
lewis lew louis lou luis
liam william
lillian lily lil lilly lilian
linda lyn lin lynda lindy
lindsay linz lindsey
lorraine lori
louis lou louie lewis luis
louise lou lulu
lucas luke luca lukas lukasz
lucy lu lou lucia lucille
luke lucas luka lukasz
lydia lyd
mackenzie kenzie
madeleine maddy maddie mads madeline madelyn magdalena
madison maddie maddy maddison
magdalena magda lena
mahmood mahmoud mahmud mehmood
malcolm mal malc
malgorzata gosia margaret
mamadou mohamadou
manuel manny
marcus marc mark marek
margaret maggie meg peggy megan greta marge madge rita margie margot daisy margareta mags
maria mary marie mariam miriam maryam mia ria
marilyn maz lyn
mark marc marcus marek
martha marty mattie
martin marty marcin
maryam mariam miriam maria mariama meryem mary
mateusz matthew mati
matilda tilly tilda mattie tillie maud
matthew matt matty matthias mat mateusz mathew matthieu
maureen mo
maurice mo morris
maxwell max
maximilian max
maximus max
megan meg megs meghan
melanie mel melly melania
melissa mel lissa missy
mercy mercedes
michael mick mike mikey micky mitch michal mickey mikael micheal mihai mikhail mikolaj misha
michelle shell chelle shelly
mildred millie
millicent millie milly
miriam mim mimi maryam
mitchell mitch
mohammed muhammad mohamed mohammad mo muhammed mohamad mohd md ahmed muhamed mahomed mehmet modou mohamud mohammod muhammod
mollie molly mary
morgan mo
mustafa mostafa moustapha mustapha mustafe
nadia nadya nadiya
naomi nomi
nasreen nasrin
natalia natalie nat natasha tasha talia
natasha tasha nat tash natacha
nathaniel nathan nat nate
nathan nat nate
neil niall neal nigel
niamh neve neave nieve
nicholas nick nicky nico nic nicolas nikolai klaus mikolaj nikolas
nicola nicky nikki nic nicole niki
nicole nicky nikki nic coley
nigel nige
noor nur nour noora
norman norm
olamide ola
oliver ollie olly oli
olivia liv livvy olive livia ollie oliwia
oluwaseun seun
omar umar omer umer
oscar ozzy oskar
osman usman uthman othman ousmane
owen euan
pamela pam pammy
parveen parvin perveen
patience pat
patricia pat patsy trish tricia patty trisha pattie patrycja
patrick pat paddy padraig patryk rick
paul paulie pawel pablo
paula paulie
pauline paula
pawel paul
penelope penny pen
peter pete petey piotr pyotr pedro petr
philip phil phillip pip filip philippe
philippa pip pippa phil
phoebe pheebs
poppy pops
precious presh
priscilla cilla
rachel rach rachael raquel rae
rafael rafe raphael rafa rafal
rahim raheem
rahman rehman
ralph rafe raff
raymond ray
rebecca becky bex becca beck bec rebekah becki
reginald reg reggie
rehana rihanna
reuben rube ruben
rhiannon rhi
rhys reece reese rees
richard rick dick ricky rich richie ritchie dickie ryszard ricardo
robert rob bob bobby robbie bert robin bobbie rupert roberto
robin rob robyn
rochelle shelly
roderick rod roddy
rodney rod
roger rodge
ronald ron ronnie ronny
rosemary rose rosie romy
rosalind ros roz rose
rose rosie roza rosa
roxanne roxy
rory ruairi ruaridh
ross rossco
ruby rubes
rukhsana ruksana roxana
russell russ rusty
ryan ry
said saeed saeid syed sayed sayid sayeed
saima saimah
salim saleem selim
samantha sam sammy sammi mantha
samina sameena
samuel sam sammy samuil
sandra sandy
sarah sara sally sadie zara sarra
sean shaun shawn
sebastian seb bas
sergei sergey serhiy
shahid shaheed
shannon shan
sharon shaz shazza
shayla shay
sheila sheelagh
shirley shirl
siddiqui siddiqi
sidney sid sydney
simon si simeon szymon
sinead jane
sofia sophia sophie zofia sofya zosia
solomon sol sully suleiman sulaiman
sonia sonya sonja
sophie soph sophia sofia
stacey stace stacy
stanley stan stanislaw
stella estelle
stephanie steph stef stevie stefanie stephany
stephen steve stevie stefan ste steven stephan stevo
steven steve stevie stephen
stuart stu stewart stew
suleiman sulaiman sulayman suleyman soleiman
susan sue susie suzie suzanne susanna suzy susannah sukie suzanna
sylvia syl silvia
szymon simon
tabitha tabby tabs
tamara tam tammy
tamsin tam tammy
tanya tania tatiana
tariq tarik tareq tarek
temitope temi tope
teresa terry tess tessa theresa terri tracy
terence terry tel terrence
thaddeus tad thad
theodora thea dora theo
theodore theo ted teddy
thomas tom tommy thom tomasz tomas tam
tiffany tiff
timothy tim timmy timmo
titilayo titi
tobias toby
tomasz tomek
tracey trace tracy
trevor trev
ursula ulla
valentina val tina
valerie val
vanessa ness nessa
veronica ronnie vera weronika
victor vic viktor
victoria vicky tori vicki vikki wiktoria viktoria vic viktorija
vincent vin vinny vince vinnie
violet vi
virginia ginny ginger
vivian viv vivienne
walter wally walt
wendy wends
wilfred wilf fred
wilhelmina mina billie
william will bill billy willy liam wil willie bil guillermo
winifred winnie freda
wojciech wojtek
xavier javier
yasmin yasmine jasmine yasmeen yasemin
yusuf yousef yousuf youssef yusef joseph yousif yosef yussuf
yvonne vonnie
zachary zac zach zack zak zachariah zakariya zakaria zackary
zainab zaynab zeinab zeynep zaineb zeinabu
zoe zoey zowie
zara zahra zarah sara
zuzanna zuzia susan
abdul abd
abdullah abdallah abdulla abdellah
abdurahman abdulrahman abdirahman abdelrahman abdurrahman
abdikadir abdulkadir abdelkader abdiqadir
ahmed ahmad ahmet ahmat achmed
ali aly
anil aneel
arjun arjan
asha ayesha
asif aasif
balwinder balvinder
chukwuemeka emeka
chidinma chichi
daria dasha
dmitry dimitri dima dmitri
faiza fayza
farah farrah
fatuma fatima
gurpreet gurprit
hafsa hafsah hafza
halima haleema halimah
hamid hameed
haris harris harith
harpreet harprit
humaira humayra humera
igor ihor
ilyas elias ilias
iryna irina irene ira
jaswinder jasvinder
kashif kaashif
kuldeep kuldip
laila layla leila leyla layla lejla
lakshmi laxmi
manjit manjeet
manpreet manprit
maksim maxim max maksym
mariam maryam
masood masoud masud
mehdi mahdi
mikhail misha michael
mumtaz momtaz
musa moussa moosa mousa
nabil nabeel
nadeem nadim
naeem naim
naveed navid
nikita nikki
noura nora
oleksandr alexander sasha olexandr
omari omar
qasim kasim qaasim kassim
rabia rabiah
rafiq rafeeq rafique
rania raniya
rashid rasheed
raza reza rida
riaz riyaz riyad
rohan rohaan
ruqayya ruqaiya rukaya ruqayyah
sabina sabeena
sadia saadia sadiya
sajid saajid
salma salmah
samir sameer
sana sanaa
sergiu sergio
shabana shabanah
shafiq shafeeq shafique
sharif shareef cherif
shazia shaziya
sukhdev sukhdeep
sumaya sumaiya sumayyah sumaiyah
svetlana sveta lana
tahira tahirah
tayyab tayyib taib
vladimir vlad volodymyr vova
waheed wahid
waleed walid
waqar wakar
wasim waseem
yahya yahia yehia
yasir yasser
youssouf yusuf
yulia julia
zakir zaakir
zeeshan zishan
ziad zayd zaid
siobhan shevaun chevonne
aoife eefa
saoirse sorcha
caoimhe keeva
oisin osheen
";

/// Spellings of one family name.
const SURNAME: &str = "\
ahmed ahmad ahmet
akhtar akhter akther
allen allan alan
andersen anderson
bailey bayley baillie
barnes barns
begum begam
bhatti bhatty
browne brown
choudhury chowdhury chaudhry choudhary chaudhary chaudhari chowdhry choudry
clark clarke clerk
cohen cowen coen
connor oconnor connors
cook cooke
davies davis davey
dixon dickson
donnelly donnelley
doherty docherty dougherty
edwards edwardes
evans evens
fernandez fernandes
fraser frazer frasier
gomez gomes
gonzalez gonzales
gray grey
greene green
harper harpur
haque hoque hak haq huq
hassan hasan hassen
hernandez hernandes
hossain hussain hussein husain hossein hosseini
hughes hughs
ibrahim ebrahim
islam eslam
ivanov ivanova
jenkins jenkin
jeffrey jefferies jeffries jeffreys
johnson johnston johnstone jonson johnsen
kaur kour
khan kahn
kelly kelley
kowalski kowalska
kaminski kaminska
krol krul
lee leigh lea li
lewandowski lewandowska
lewis louis
lopez lopes
macdonald mcdonald macdonell
mackay mckay mackie
mackenzie mckenzie
macleod mcleod
mahmood mahmoud mahmud mehmood
malik maalik
martin martyn
mathews matthews mathew
maclean mclean
miller millar
mohamed mohammed muhammad mohammad mohamud mohamad
miah mia mya
moore more moor
morris morrison maurice
murray murry
neil neal neill oneill
nguyen ngyuen
nowak novak
nicholls nicholl nichols nicols
obrien brien bryan
oneil oneill
osman usman othman
oreilly reilly riley
osullivan sullivan
pearce pierce peirce
patel pattel
perez peres
petrov petrova
phillips philips phillip philip
price pryce
qureshi quraishi qureishi koreshi
rahman rehman rahmaan
read reid reed reade
rees reece rhys reese
richards richard
robinson robertson robson
rodriguez rodrigues
rogers rodgers
shaikh sheikh shaykh sheik
sharma sarma
siddiqui siddiqi siddique
sidhu sidu
singh sing
smith smyth smythe smithe
solomon suleiman
stephens stevens stephenson stevenson
stewart stuart steward
thompson thomson thomsen tomson
taylor tailor tayler
uddin ud ulddin din
walsh welsh walshe welch
watts watt
white whyte
wilson willson
wisniewski wisniewska
wojcik voycik
yousuf yusuf yousaf youssef
zielinski zielinska
oconnell connell
mccarthy macarthy mccarty
mcgregor macgregor
mcintyre macintyre
mclaughlin mcloughlin mclachlan
maguire mcguire
";

/// Which names stand for which, by group number.
#[derive(Debug, Clone, Default)]
pub struct Relations {
    groups: HashMap<Box<[u8]>, Vec<u16>>,
    formal: Vec<Box<[u8]>>,
}

impl Relations {
    /// Short forms and spellings of given names.
    #[must_use]
    pub fn given() -> Self {
        Self::read(GIVEN)
    }

    /// Spellings of family names.
    #[must_use]
    pub fn surname() -> Self {
        Self::read(SURNAME)
    }

    fn read(text: &str) -> Self {
        let mut all = Self::default();
        let joined = text.replace("\n    ", " ");
        for line in joined.lines() {
            all.add(line);
        }
        all
    }

    /// Adds a group: names separated by spaces, the formal one first, lower case without accents.
    pub fn add(&mut self, line: &str) {
        let Ok(number) = u16::try_from(self.formal.len() + 1) else { return };
        let mut words = line.split_whitespace();
        let Some(formal) = words.next() else { return };
        self.formal.push(formal.as_bytes().into());
        for word in std::iter::once(formal).chain(words) {
            let groups = self.groups.entry(word.as_bytes().into()).or_default();
            if !groups.contains(&number) {
                groups.push(number);
            }
        }
    }

    /// Groups a name belongs to.
    #[must_use]
    pub fn groups_of(&self, name: &[u8]) -> &[u16] {
        self.groups.get(name).map_or(&[], Vec::as_slice)
    }

    /// The formal name of a group.
    #[must_use]
    pub fn formal(&self, group: u16) -> &[u8] {
        self.formal.get(usize::from(group).wrapping_sub(1)).map_or(&[], AsRef::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(all: &Relations, a: &str, b: &str) -> bool {
        all.groups_of(a.as_bytes()).iter().any(|g| all.groups_of(b.as_bytes()).contains(g))
    }

    #[test]
    fn short_forms_are_known() {
        let given = Relations::given();
        assert!(related(&given, "liz", "elizabeth"));
        assert!(related(&given, "mohammed", "muhammad"));
        assert!(related(&given, "kasia", "catherine"));
        assert!(!related(&given, "emma", "oliver"));
        assert_eq!(given.formal(given.groups_of(b"bob")[0]), b"robert");
        assert!(related(&Relations::surname(), "clarke", "clark"));
    }
}
