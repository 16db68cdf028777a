//! The places that people type: cities, and the AWS Regions by the city they are near.
//!
//! Coordinates are those of the city, in hundredths of a degree. A Region has several data centres
//! around its city; AWS publishes no closer place.

use super::{Country, Place, Region, State, countries};

/// The country with a code; a code that does not exist does not compile.
const fn country(code: &str) -> &'static Country {
    let mut at = 0;
    while !same(countries::COUNTRIES[at].code, code) {
        at += 1;
    }
    &countries::COUNTRIES[at]
}

const fn state(code: &str) -> &'static State {
    let mut at = 0;
    while !same(countries::STATES[at].code, code) {
        at += 1;
    }
    &countries::STATES[at]
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    a.len() == b.len() && a[0] == b[0] && a[1] == b[1]
}

const fn city(name: &'static str, code: &str, latitude: i16, longitude: i16) -> Place {
    Place { name, country: country(code), state: None, at: super::at(latitude, longitude) }
}

const fn us(name: &'static str, code: &str, latitude: i16, longitude: i16) -> Place {
    Place { state: Some(state(code)), ..city(name, "US", latitude, longitude) }
}

const fn region(code: &'static str, name: &'static str, place: Place) -> Region {
    Region { code, name, place }
}

/// Cities. The first of a country or state also stands for it where only that is typed, so
/// capitals and large cities come first.
pub(super) static CITIES: &[Place] = &[
    us("New York", "NY", 4071, -7401),
    us("Ashburn", "VA", 3904, -7749),
    city("Auckland", "NZ", -3685, 17476),
    city("Beijing", "CN", 3990, 11641),
    us("Dallas", "TX", 3278, -9680),
    city("Dubai", "AE", 2520, 5527),
    city("Frankfurt", "DE", 5011, 868),
    city("Hanoi", "VN", 2103, 10585),
    city("Istanbul", "TR", 4101, 2898),
    city("Johannesburg", "ZA", -2620, 2805),
    city("Lisbon", "PT", 3872, -914),
    city("London", "GB", 5151, -13),
    city("Madrid", "ES", 4042, -370),
    city("Mexico City", "MX", 1943, -9913),
    city("Mumbai", "IN", 1908, 7288),
    city("Paris", "FR", 4886, 235),
    us("Portland", "OR", 4552, -12268),
    city("Rome", "IT", 4190, 1250),
    us("San Francisco", "CA", 3777, -12242),
    city("São Paulo", "BR", -2355, -4663),
    city("Sydney", "AU", -3387, 15121),
    city("Tel Aviv", "IL", 3209, 3478),
    city("Tokyo", "JP", 3568, 13969),
    city("Toronto", "CA", 4365, -7938),
    city("Zurich", "CH", 4737, 854),
    city("Abu Dhabi", "AE", 2445, 5438),
    city("Accra", "GH", 556, -20),
    city("Addis Ababa", "ET", 903, 3874),
    city("Algiers", "DZ", 3675, 306),
    city("Almaty", "KZ", 4324, 7689),
    city("Amman", "JO", 3195, 3593),
    city("Amsterdam", "NL", 5237, 490),
    city("Ankara", "TR", 3993, 3286),
    city("Antananarivo", "MG", -1888, 4751),
    city("Asunción", "PY", -2526, -5758),
    city("Athens", "GR", 3798, 2373),
    us("Atlanta", "GA", 3375, -8439),
    us("Austin", "TX", 3027, -9774),
    city("Baghdad", "IQ", 3331, 4436),
    city("Bangalore", "IN", 1297, 7759),
    city("Bangkok", "TH", 1376, 10050),
    city("Barcelona", "ES", 4139, 217),
    city("Beirut", "LB", 3389, 3550),
    city("Belgrade", "RS", 4479, 2045),
    city("Berlin", "DE", 5252, 1341),
    city("Bern", "CH", 4695, 745),
    us("Boardman", "OR", 4584, -11970),
    city("Bogotá", "CO", 471, -7407),
    us("Boston", "MA", 4236, -7106),
    city("Brasília", "BR", -1579, -4788),
    city("Bratislava", "SK", 4815, 1711),
    city("Brisbane", "AU", -2747, 15303),
    city("Brussels", "BE", 5085, 435),
    city("Bucharest", "RO", 4443, 2610),
    city("Budapest", "HU", 4750, 1904),
    city("Buenos Aires", "AR", -3460, -5838),
    city("Cairo", "EG", 3004, 3124),
    city("Calgary", "CA", 5104, -11407),
    city("Cape Town", "ZA", -3392, 1842),
    city("Caracas", "VE", 1048, -6690),
    city("Casablanca", "MA", 3357, -759),
    city("Chennai", "IN", 1308, 8027),
    us("Chicago", "IL", 4188, -8763),
    city("Colombo", "LK", 693, 7986),
    us("Columbus", "OH", 3996, -8300),
    city("Copenhagen", "DK", 5568, 1257),
    city("Dakar", "SN", 1472, -1747),
    city("Dar es Salaam", "TZ", -679, 3921),
    city("Delhi", "IN", 2861, 7721),
    us("Denver", "CO", 3974, -10499),
    us("Detroit", "MI", 4233, -8305),
    city("Dhaka", "BD", 2381, 9041),
    city("Doha", "QA", 2529, 5153),
    city("Dublin", "IE", 5335, -626),
    city("Edinburgh", "GB", 5595, -319),
    city("Geneva", "CH", 4620, 614),
    city("Guatemala City", "GT", 1463, -9051),
    city("Hamburg", "DE", 5355, 999),
    city("Harare", "ZW", -1783, 3105),
    city("Havana", "CU", 2311, -8237),
    city("Helsinki", "FI", 6017, 2494),
    city("Ho Chi Minh City", "VN", 1082, 10663),
    city("Hong Kong", "HK", 2232, 11417),
    us("Honolulu", "HI", 2131, -15786),
    us("Houston", "TX", 2976, -9537),
    city("Hyderabad", "IN", 1739, 7849),
    city("Jakarta", "ID", -621, 10685),
    city("Jerusalem", "IL", 3177, 3521),
    city("Kampala", "UG", 35, 3258),
    city("Karachi", "PK", 2486, 6701),
    city("Kathmandu", "NP", 2772, 8532),
    city("Kinshasa", "CD", -444, 1527),
    city("Kuala Lumpur", "MY", 314, 10169),
    city("Kuwait City", "KW", 2938, 4799),
    city("Kyiv", "UA", 5045, 3052),
    city("La Paz", "BO", -1649, -6812),
    city("Lagos", "NG", 652, 338),
    us("Las Vegas", "NV", 3617, -11514),
    city("Lima", "PE", -1205, -7704),
    city("Ljubljana", "SI", 4606, 1451),
    us("Los Angeles", "CA", 3405, -11824),
    city("Luanda", "AO", -884, 1323),
    city("Luxembourg", "LU", 4961, 613),
    city("Lyon", "FR", 4576, 484),
    city("Manama", "BH", 2623, 5059),
    city("Manchester", "GB", 5348, -224),
    city("Manila", "PH", 1460, 12098),
    city("Marseille", "FR", 4330, 537),
    city("Melbourne", "AU", -3781, 14496),
    us("Miami", "FL", 2576, -8019),
    city("Milan", "IT", 4546, 919),
    us("Minneapolis", "MN", 4498, -9327),
    city("Montevideo", "UY", -3490, -5616),
    city("Montreal", "CA", 4550, -7357),
    city("Moscow", "RU", 5576, 3762),
    city("Munich", "DE", 4814, 1158),
    city("Muscat", "OM", 2359, 5841),
    city("Nairobi", "KE", -129, 3682),
    city("Osaka", "JP", 3469, 13550),
    city("Oslo", "NO", 5991, 1075),
    city("Ottawa", "CA", 4542, -7570),
    city("Panama City", "PA", 898, -7952),
    city("Perth", "AU", -3195, 11586),
    us("Phoenix", "AZ", 3345, -11207),
    city("Porto", "PT", 4115, -861),
    city("Prague", "CZ", 5008, 1444),
    city("Querétaro", "MX", 2059, -10039),
    city("Quito", "EC", -18, -7847),
    city("Reykjavík", "IS", 6415, -2194),
    city("Riga", "LV", 5695, 2411),
    city("Rio de Janeiro", "BR", -2291, -4317),
    city("Riyadh", "SA", 2471, 4668),
    us("Sacramento", "CA", 3858, -12149),
    us("Salt Lake City", "UT", 4076, -11189),
    city("San José", "CR", 993, -8408),
    city("San Juan", "PR", 1847, -6611),
    city("Santiago", "CL", -3345, -7067),
    city("Santo Domingo", "DO", 1849, -6993),
    city("Sarajevo", "BA", 4386, 1841),
    us("Seattle", "WA", 4761, -12233),
    city("Seoul", "KR", 3757, 12698),
    city("Shanghai", "CN", 3123, 12147),
    city("Singapore", "SG", 135, 10382),
    city("Sofia", "BG", 4270, 2332),
    city("Stockholm", "SE", 5933, 1807),
    city("Taipei", "TW", 2503, 12157),
    city("Tallinn", "EE", 5944, 2475),
    city("Tashkent", "UZ", 4130, 6924),
    city("Tbilisi", "GE", 4172, 4478),
    city("Tehran", "IR", 3569, 5139),
    city("Tunis", "TN", 3681, 1018),
    city("Vancouver", "CA", 4928, -12312),
    city("Vienna", "AT", 4821, 1637),
    city("Vilnius", "LT", 5469, 2528),
    city("Warsaw", "PL", 5223, 2101),
    us("Washington", "DC", 3891, -7704),
    city("Wellington", "NZ", -4129, 17478),
    city("Windhoek", "NA", -2256, 1707),
    city("Zagreb", "HR", 4581, 1598),
    city("Zaragoza", "ES", 4165, -89),
];

/// The commercial Regions (AWS: regional product services, 2025).
pub(super) static REGIONS: &[Region] = &[
    region("af-south-1", "Africa (Cape Town)", city("Cape Town", "ZA", -3392, 1842)),
    region("ap-east-1", "Asia Pacific (Hong Kong)", city("Hong Kong", "HK", 2232, 11417)),
    region("ap-east-2", "Asia Pacific (Taipei)", city("Taipei", "TW", 2503, 12157)),
    region("ap-northeast-1", "Asia Pacific (Tokyo)", city("Tokyo", "JP", 3568, 13969)),
    region("ap-northeast-2", "Asia Pacific (Seoul)", city("Seoul", "KR", 3757, 12698)),
    region("ap-northeast-3", "Asia Pacific (Osaka)", city("Osaka", "JP", 3469, 13550)),
    region("ap-south-1", "Asia Pacific (Mumbai)", city("Mumbai", "IN", 1908, 7288)),
    region("ap-south-2", "Asia Pacific (Hyderabad)", city("Hyderabad", "IN", 1739, 7849)),
    region("ap-southeast-1", "Asia Pacific (Singapore)", city("Singapore", "SG", 135, 10382)),
    region("ap-southeast-2", "Asia Pacific (Sydney)", city("Sydney", "AU", -3387, 15121)),
    region("ap-southeast-3", "Asia Pacific (Jakarta)", city("Jakarta", "ID", -621, 10685)),
    region("ap-southeast-4", "Asia Pacific (Melbourne)", city("Melbourne", "AU", -3781, 14496)),
    region("ap-southeast-5", "Asia Pacific (Malaysia)", city("Kuala Lumpur", "MY", 314, 10169)),
    region("ap-southeast-6", "Asia Pacific (New Zealand)", city("Auckland", "NZ", -3685, 17476)),
    region("ap-southeast-7", "Asia Pacific (Thailand)", city("Bangkok", "TH", 1376, 10050)),
    region("ca-central-1", "Canada (Central)", city("Montreal", "CA", 4550, -7357)),
    region("ca-west-1", "Canada West (Calgary)", city("Calgary", "CA", 5104, -11407)),
    region("eu-central-1", "Europe (Frankfurt)", city("Frankfurt", "DE", 5011, 868)),
    region("eu-central-2", "Europe (Zurich)", city("Zurich", "CH", 4737, 854)),
    region("eu-north-1", "Europe (Stockholm)", city("Stockholm", "SE", 5933, 1807)),
    region("eu-south-1", "Europe (Milan)", city("Milan", "IT", 4546, 919)),
    region("eu-south-2", "Europe (Spain)", city("Zaragoza", "ES", 4165, -89)),
    region("eu-west-1", "Europe (Ireland)", city("Dublin", "IE", 5335, -626)),
    region("eu-west-2", "Europe (London)", city("London", "GB", 5151, -13)),
    region("eu-west-3", "Europe (Paris)", city("Paris", "FR", 4886, 235)),
    region("il-central-1", "Israel (Tel Aviv)", city("Tel Aviv", "IL", 3209, 3478)),
    region("me-central-1", "Middle East (UAE)", city("Dubai", "AE", 2520, 5527)),
    region("me-south-1", "Middle East (Bahrain)", city("Manama", "BH", 2623, 5059)),
    region("mx-central-1", "Mexico (Central)", city("Querétaro", "MX", 2059, -10039)),
    region("sa-east-1", "South America (São Paulo)", city("São Paulo", "BR", -2355, -4663)),
    region("us-east-1", "US East (N. Virginia)", us("Ashburn", "VA", 3904, -7749)),
    region("us-east-2", "US East (Ohio)", us("Columbus", "OH", 3996, -8300)),
    region("us-west-1", "US West (N. California)", us("San Francisco", "CA", 3777, -12242)),
    region("us-west-2", "US West (Oregon)", us("Boardman", "OR", 4584, -11970)),
];
