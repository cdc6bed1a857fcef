#pragma once

#include <array>
#include <string_view>

namespace polyhouse {

// The words that generated questions, titles, descriptions and tags are made of. Every list is
// picked from by index.

inline constexpr auto kPeople = std::to_array<std::string_view>(
    {"Ada Lindqvist",     "Bolaji Adeyemi",   "Carmen Ruiz",       "Dmitri Volkov",
     "Eszter Kovács",     "Fatima Al-Sayed",  "Gao Lin",           "Håkon Bjørnstad",
     "Ines Duarte",       "João Pereira",     "Kwame Mensah",      "Lukáš Dvořák",
     "María José Ñíguez", "Nadia O'Connor",   "Oğuz Çelik",        "Priya Raman",
     "Quentin Lefèvre",   "Rosa Delgado",     "Søren Møller",      "Tomasz Wiśniewski",
     "Uma Krishnan",      "Viktor Szabo",     "Wanda Jackson Jr.", "Xu Wei",
     "Yara Haddad",       "Zoë van der Berg", "Ben \"Ace\" Hart",  "Chloé D'Angelo",
     "Đặng Minh",         "Εlena Παππά"});

inline constexpr auto kPlaces = std::to_array<std::string_view>(
    {"Argentina", "Brazil",  "Canada",  "Denmark",       "Egypt",       "France",  "Germany",
     "Hungary",   "India",   "Japan",   "Kenya",         "Lithuania",   "Mexico",  "Norway",
     "Poland",    "Türkiye", "Romania", "Côte d'Ivoire", "South Korea", "Ukraine", "Vietnam"});

inline constexpr auto kDeeds =
    std::to_array<std::string_view>({"resign",
                                     "be re-elected",
                                     "testify before parliament",
                                     "announce a candidacy",
                                     "be named Person of the Year",
                                     "publish an autobiography",
                                     "visit Kyiv",
                                     "win a Grammy",
                                     "say \"tremendous\" during the debate",
                                     "pardon anyone",
                                     "acquire a football club"});

inline constexpr auto kTopics = std::to_array<std::string_view>({"Presidential Election",
                                                                 "Champions League",
                                                                 "Eurovision Song Contest",
                                                                 "Best Picture at the Oscars",
                                                                 "Prime Minister race",
                                                                 "Nobel Peace Prize",
                                                                 "World Cup",
                                                                 "Chess Candidates Tournament",
                                                                 "NBA Coach of the Year",
                                                                 "Mayoral Election",
                                                                 "Formula 1 Drivers' Championship",
                                                                 "Party Leadership"});

inline constexpr auto kTeams = std::to_array<std::string_view>(
    {"Trail Blazers", "Kings",    "Chiefs",          "Bucs",       "CD Nacional",
     "Casa Pia AC",   "FaZe",     "illwill",         "Grizzlies",  "Mavericks",
     "FC København",  "Beşiktaş", "Atlético Madrid", "1. FC Köln", "Saint-Étienne",
     "Team Spirit",   "Red Sox",  "Maple Leafs",     "All Blacks", "São Paulo FC"});

inline constexpr auto kAssets = std::to_array<std::string_view>(
    {"Bitcoin", "Ethereum", "Solana", "XRP", "Dogecoin", "Gold", "S&P 500", "Brent Crude"});

inline constexpr auto kSentences = std::to_array<std::string_view>(
    {"Otherwise, this market will resolve to \"No\".",
     "The primary resolution source for this market will be a consensus of credible reporting.",
     "If the event is postponed, this market will remain open until it has been completed. If it "
     "is canceled "
     "entirely, with no make-up date, this market will resolve 50–50.",
     "In the event of ambiguity in terms of the market outcome, the market will be resolved at the "
     "sole discretion "
     "of the Markets Integrity Committee (MIC).",
     "An announcement alone will not qualify; the named individual must actually do so within this "
     "market’s "
     "timeframe (11:59 PM ET on the final day).",
     "Price precision is determined by the number of decimal places in the source; see "
     "https://example.com/rules?lang=en&section=4#precision for details.",
     "The resolution source for this market is information from the official website, however a "
     "consensus of "
     "credible reporting may also be used instead, including video evidence.",
     "Note: this market may be rephrased to “Team 1 vs Team 2”; it will have the exact same "
     "resolution and meaning.",
     "If multiple participants tie, the market will resolve in favor of the one whose last name "
     "comes first "
     "alphabetically.",
     "Any form of the word, including plurals and possessives, will count toward the resolution of "
     "this market."});

/// Event tags; the odd ones are real label shapes: separators, quotes, other scripts, spaces at the
/// ends.
inline constexpr auto kTags = std::to_array<std::string_view>({"Politics",
                                                               "Sports",
                                                               "Crypto",
                                                               "World",
                                                               "Economy",
                                                               "Finance",
                                                               "Business",
                                                               "Tech",
                                                               "Culture",
                                                               "Soccer",
                                                               "NBA",
                                                               "EPL",
                                                               "Elections",
                                                               "Geopolitics",
                                                               "2025 Predictions",
                                                               "Up or Down",
                                                               "Hide From New",
                                                               "AI",
                                                               "Mentions; Speeches",
                                                               "Trump, Donald",
                                                               "\"Quoted\"",
                                                               "Пари",
                                                               "体育",
                                                               "R&D",
                                                               " leading space",
                                                               "a\\b",
                                                               "50/50",
                                                               "🔥 Trending",
                                                               "All"});

/// Questions with one peculiarity each.
inline constexpr auto kForeignQuestions =
    std::to_array<std::string_view>({"¿Ganará el candidato “independiente” las elecciones de 2027?",
                                     "日本銀行は年内に利上げしますか?",
                                     "هل سيفوز المنتخب بالكأس؟",
                                     "Will 🚀 reach $1 before 🎄?",
                                     "Победит ли сборная в финале?",
                                     "Zalgo: c̷a̴n combining m\u0301arks survive?"});

}  // namespace polyhouse
