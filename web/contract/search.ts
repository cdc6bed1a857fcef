// Recorded by tests/web/contract_test.mjs.
import type { Answer, Search } from '../src/types';

export default {
  "as_of": "2026-11-27T18:13:36.647Z",
  "stale": false,
  "truncated": false,
  "took_ms": 39,
  "data": {
    "markets": [
      {
        "id": "100",
        "question": "Bitcoin Up or Down - 2027-02-07T23:00 ET",
        "event_title": "Bitcoin Up or Down - 2027-02-07T23:00 ET",
        "outcome": "Up",
        "price": 0.6285,
        "closed": false,
      },
      {
        "id": "102",
        "question": "Will Εlena Παππά win the 2027 Côte d'Ivoire Party Leadership?",
        "event_title": "Will Εlena Παππά win the 2027 Côte d'Ivoire Party Leadership?",
        "outcome": "Yes",
        "price": 0.972,
        "closed": false,
      },
      {
        "id": "122",
        "question": "Dogecoin Up or Down - 2026-11-28T07:01 ET",
        "event_title": "",
        "outcome": "Up",
        "price": 0.6185,
        "closed": false,
      },
    ],
    "events": [
      {
        "id": "2921",
        "slug": "bitcoin-up-or-down-2027-02-07t23-00-et-2921",
        "title": "Bitcoin Up or Down - 2027-02-07T23:00 ET",
        "markets": 1,
      },
      {
        "id": "2922",
        "slug": "will-lena-win-the-2027-c-te-d-ivoire-party-leadership-2922",
        "title": "Will Εlena Παππά win the 2027 Côte d'Ivoire Party Leadership?",
        "markets": 1,
      },
      {
        "id": "2905",
        "slug": "will-mar-a-jos-guez-win-the-2024-egypt-formula-1-drivers-championship-2905",
        "title": "  Will María José Ñíguez win the 2024 Egypt Formula 1 Drivers' Championship? ",
        "markets": 1,
      },
    ],
    "tags": [
      {"tag": " leading space", "markets": 15},
      {"tag": "Finance", "markets": 11},
      {"tag": "🔥 Trending", "markets": 1},
    ],
    "wallet": null,
  },
  "next": null,
} satisfies Answer<Search>;
