// What the publisher says of records that do not fit together: codes, documents, pages, dates, identifiers.
import t from 'tap'
import { type Mistake, testMistakes } from '../support/mistakes.ts'
import { addRecords, editRecord } from '../support/releases.ts'

type Fields = Readonly<Record<string, unknown>>

const editor = (file: string, id: string) => (fields: Fields) => (root: string) =>
  editRecord(root, file, id, fields)

const added = '1.0.0/added'
const editProgramme = editor(`${added}/programmes.yaml`, 'young-carers-2016')
const editArea = editor(`${added}/areas.yaml`, 'eastvale')
const editPublication = editor(`${added}/publications.yaml`, 'blog-young-carers-2018')
const editAgency = editor(`${added}/agencies.yaml`, 'health')
const editTheme = editor(`${added}/themes.yaml`, 'weather')
const editInspection = editor(`${added}/inspections.yaml`, 'eastvale-2016')
const editFinding = editor('1.1.0/added/findings.yaml', 'northmoor-2016-017')
const editNational = editor('1.1.0/added/findings.yaml', 'blog-2018-003')

const programme = `${added}/programmes.yaml › young-carers-2016`
const area = `${added}/areas.yaml › eastvale`
const inspection = `${added}/inspections.yaml › eastvale-2016`
const finding = '1.1.0/added/findings.yaml › northmoor-2016-017'
const national = '1.1.0/added/findings.yaml › blog-2018-003'

const areas = 'northmoor, eastvale, sankt-anna, pont-ecoute'
const programmes = 'school-absence-2016, young-carers-2016'
const inspectorates = 'schools-inspectorate, health-inspectorate, watch-inspectorate'
const inspections = 'northmoor-2016, northmoor-2016-b, eastvale-2016, sankt-anna-2016, pont-ecoute-2017'
const publications =
  'letter-northmoor-2016, letter-northmoor-2016-b, letter-eastvale-2016, letter-sankt-anna-2016, letter-pont-ecoute-2017, overview-school-absence-2017, guidance-school-absence-2016, announcement-school-absence-2016, blog-young-carers-2018, news-northmoor-2016, news-undated'
const agencies =
  'partnership, town-council, library-service, ferry-service, schools, early-years, health, hospital, community-health, night-nursing, harbour-watch, lighthouse-trust'
const themes =
  'attendance, listening-to-children, information-sharing, planning, plan-reviews, leadership, travel, training, weather'

const cite = (fields: Fields) => ({
  evidence: [
    { publication: 'letter-northmoor-2016', relation: 'stated', page: 3, heading: null, item: 6 },
    {
      publication: 'letter-northmoor-2016',
      relation: 'stated',
      page: 1,
      heading: null,
      item: null,
      ...fields,
    },
  ],
})

const dangling: readonly Mistake[] = [
  {
    name: 'an agency code that does not exist',
    spoil: editFinding({ agencies: ['canal-wardens', 'canal-boats'] }),
    says: [`${finding} › agencies: there is no agency canal-boats. Allowed: ${agencies}, canal-wardens`],
  },
  {
    name: 'a theme code that does not exist',
    spoil: editFinding({ themes: ['boats'] }),
    says: [`${finding} › themes: there is no theme boats. Allowed: ${themes}`],
  },
  {
    name: 'a finding of a programme that does not exist',
    spoil: editNational({ programme: 'boats-2018' }),
    says: [`${national} › programme: there is no programme boats-2018. Allowed: ${programmes}`],
  },
  {
    name: 'a finding of an inspection that does not exist',
    spoil: editFinding({ inspection: 'northmoor-2017' }),
    says: [`${finding} › inspection: there is no inspection northmoor-2017. Allowed: ${inspections}`],
  },
  {
    name: 'a finding of a publication that does not exist',
    spoil: editNational({ publication: 'boats' }),
    says: [`${national} › publication: there is no publication boats. Allowed: ${publications}`],
  },
  {
    name: 'evidence in a publication that does not exist',
    spoil: editFinding(cite({ publication: 'boats' })),
    says: [`${finding} › evidence.1.publication: there is no publication boats. Allowed: ${publications}`],
  },
  {
    name: 'a broader agency that does not exist',
    spoil: editAgency({ broader: 'boats' }),
    says: [`${added}/agencies.yaml › health › broader: there is no agency boats. Allowed: ${agencies}`],
  },
  {
    name: 'a broader theme that does not exist',
    spoil: editTheme({ broader: 'boats' }),
    says: [`${added}/themes.yaml › weather › broader: there is no theme boats. Allowed: ${themes}`],
  },
  {
    name: 'an overview report that does not exist',
    spoil: editProgramme({ overview_report: 'boats' }),
    says: [`${programme} › overview_report: there is no publication boats. Allowed: ${publications}`],
  },
  {
    name: 'a publication about an inspection that does not exist',
    spoil: editPublication({ inspection: 'boats-2016' }),
    says: [
      `${added}/publications.yaml › blog-young-carers-2018 › inspection: there is no inspection boats-2016. Allowed: ${inspections}`,
    ],
  },
  {
    name: 'an inspection whose every reference is wrong, each on a line of its own',
    spoil: editInspection({
      programme: 'boats-2016',
      response_lead: 'boats',
      response_contributors: ['schools', 'ships'],
      inspectorates: ['divers'],
      letter: 'bottle-post',
    }),
    says: [
      `${inspection} › programme: there is no programme boats-2016. Allowed: ${programmes}`,
      `${inspection} › response_lead: there is no agency boats. Allowed: ${agencies}`,
      `${inspection} › response_contributors: there is no agency ships. Allowed: ${agencies}`,
      `${inspection} › inspectorates: there is no inspectorate divers. Allowed: ${inspectorates}`,
      `${inspection} › letter: there is no publication bottle-post. Allowed: ${publications}`,
      ...Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(3, '0')).map(
        (number) =>
          `${added}/findings-eastvale-2016.yaml › eastvale-2016-${number} › programme: must be that of the inspection, boats-2016`,
      ),
    ],
  },
  {
    name: 'an inspection of an area that does not exist',
    spoil: editInspection({ area: 'westvale' }),
    says: [
      `${inspection} › area: there is no area westvale. Allowed: ${areas}`,
      `${inspection} › id: must be westvale-2016, or westvale-2016-b and so on`,
    ],
  },
]

const pages: readonly Mistake[] = [
  {
    name: 'a page beyond the end of the letter',
    spoil: editFinding(cite({ page: 7 })),
    says: [
      `${finding} › evidence.1.page: 7 is beyond the last page of letter-northmoor-2016. Allowed: 1 to 6`,
    ],
  },
  {
    name: 'no page where the document has pages',
    spoil: editFinding(cite({ page: null })),
    says: [`${finding} › evidence.1.page: is missing. Allowed: 1 to 6`],
  },
  {
    name: 'a page of a document without pages',
    spoil: editFinding(cite({ publication: 'news-northmoor-2016' })),
    says: [`${finding} › evidence.1.page: news-northmoor-2016 has no known pages; use null`],
  },
]

const documents: readonly Mistake[] = [
  {
    name: 'a finding of a publication without a date',
    spoil: editNational({ publication: 'news-undated' }),
    says: [
      `${national} › publication: news-undated has no publication date; a finding is of a dated document`,
    ],
  },
  {
    name: 'a finding of the letter of another inspection',
    spoil: editFinding({ publication: 'letter-northmoor-2016-b' }),
    says: [`${finding} › publication: letter-northmoor-2016-b is not about northmoor-2016`],
  },
  {
    name: 'an inspection with the letter of another one',
    spoil: editInspection({ letter: 'letter-sankt-anna-2016' }),
    says: [`${inspection} › letter: letter-sankt-anna-2016 is the letter of sankt-anna-2016`],
  },
  {
    name: 'an inspection whose letter is no letter',
    spoil: (root) => {
      editInspection({ letter: 'blog-young-carers-2018', published_on: '2018-02-28', response_due_on: null })(
        root,
      )
      editPublication({ inspection: 'eastvale-2016' })(root)
    },
    says: [
      `${inspection} › letter: blog-young-carers-2018 is not an inspection_letter but: inspectorate_blog`,
    ],
  },
  {
    name: 'an inspection and its letter that differ in their date',
    spoil: editInspection({ published_on: '2017-01-02' }),
    says: [`${inspection} › published_on: must be the date of the letter, 2017-01-01`],
  },
  {
    name: 'a basis that is not that of the first evidence',
    spoil: editFinding({ basis: 'reported' }),
    says: [`${finding} › basis: is reported, but the first evidence is stated`],
  },
  {
    name: 'a finding and its inspection that differ in their programme',
    spoil: editFinding({ programme: 'young-carers-2016' }),
    says: [`${finding} › programme: must be that of the inspection, school-absence-2016`],
  },
]

const identifiers: readonly Mistake[] = [
  {
    name: 'a finding numbered like one of another inspection',
    spoil: editFinding({ id: 'eastvale-2016-017' }),
    says: ['1.1.0/added/findings.yaml › eastvale-2016-017 › id: must be northmoor-2016- and a number'],
  },
  {
    name: 'a finding of the first inspection numbered like one of the second in that year',
    spoil: editFinding({ id: 'northmoor-2016-b-017' }),
    says: ['1.1.0/added/findings.yaml › northmoor-2016-b-017 › id: must be northmoor-2016- and a number'],
  },
  {
    name: 'a national finding numbered like one of an inspection',
    spoil: editNational({ id: 'eastvale-2016-017' }),
    says: [
      '1.1.0/added/findings.yaml › eastvale-2016-017 › id: begins like an inspection, but the finding has none',
    ],
  },
  {
    name: 'an inspection named after another year than that of its fieldwork',
    spoil: editInspection({ fieldwork_start: '2015-12-28' }),
    says: [`${inspection} › id: must be eastvale-2015, or eastvale-2015-b and so on`],
  },
  {
    name: 'an inspection whose name goes on after the year',
    spoil: (root) => addRecords(root, '1.1.0/added/inspections.yaml', laterInspection('eastvale-2016-2016')),
    says: [
      '1.1.0/added/inspections.yaml › eastvale-2016-2016 › letter: letter-eastvale-2016 is the letter of eastvale-2016',
      '1.1.0/added/inspections.yaml › eastvale-2016-2016 › id: must be eastvale-2016, or eastvale-2016-b and so on',
    ],
  },
]

const circles: readonly Mistake[] = [
  {
    name: 'a code that is its own broader code',
    spoil: editAgency({ broader: 'health' }),
    says: [
      circle('health', 'health → health'),
      circle('hospital', 'hospital → health → health'),
      circle('community-health', 'community-health → health → health'),
      circle('night-nursing', 'night-nursing → community-health → health → health'),
    ],
  },
  {
    name: 'broader codes that go round in a circle',
    spoil: editAgency({ broader: 'night-nursing' }),
    says: [
      circle('health', 'health → night-nursing → community-health → health'),
      circle('hospital', 'hospital → health → night-nursing → community-health → health'),
      circle('community-health', 'community-health → health → night-nursing → community-health'),
      circle('night-nursing', 'night-nursing → community-health → health → night-nursing'),
    ],
  },
]

const facts: readonly Mistake[] = [
  {
    name: 'a programme that ends before it starts',
    spoil: editProgramme({ ended_in: '2016-10' }),
    says: [`${programme} › ended_in: is before started_in, 2016-11`],
  },
  {
    name: 'fieldwork that ends before it starts',
    spoil: editInspection({ fieldwork_end: '2016-12-04' }),
    says: [`${inspection} › fieldwork_end: is before fieldwork_start, 2016-12-05`],
  },
  {
    name: 'a letter from before the end of the fieldwork',
    spoil: editInspection({ fieldwork_end: '2017-01-02' }),
    says: [`${inspection} › published_on: is before fieldwork_end, 2017-01-02`],
  },
  {
    name: 'a response due before the letter',
    spoil: editInspection({ response_due_on: '2016-12-31' }),
    says: [`${inspection} › response_due_on: is before published_on, 2017-01-01`],
  },
  {
    name: 'two areas with one GSS code',
    spoil: editArea({ gss_code: 'E99000001' }),
    says: [`${area} › gss_code: is that of northmoor already`],
  },
  {
    name: 'two names of one region',
    spoil: editArea({ region_name: 'The Lowland' }),
    says: [`${area} › region_name: must be what northmoor says of upland, The Upland`],
  },
  {
    name: 'two GSS codes of one region',
    spoil: editArea({ region_gss_code: 'E12999009' }),
    says: [`${area} › region_gss_code: must be what northmoor says of upland, E12999001`],
  },
]

function circle(id: string, way: string): string {
  return `${added}/agencies.yaml › ${id} › broader: goes round in a circle: ${way}`
}

function laterInspection(id: string): Fields {
  return {
    id,
    programme: 'school-absence-2016',
    area: 'eastvale',
    fieldwork_start: '2016-12-05',
    fieldwork_end: '2016-12-09',
    published_on: '2017-01-01',
    letter: 'letter-eastvale-2016',
    inspectorates: ['schools-inspectorate'],
    response_lead: null,
    response_contributors: [],
    response_due_on: null,
    safeguarding_children_board: 'Eastvale Safeguarding Children Board',
    health_bodies_named: [],
  }
}

await testMistakes(t, [...dangling, ...pages, ...documents, ...identifiers, ...circles, ...facts])
