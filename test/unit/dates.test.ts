// Dates as people read them.
import t from 'tap'
import { dayOf, daysOf, monthOf } from '../../src/lib/dates.ts'

t.test('a day and a month are written out', async (t) => {
  t.equal(dayOf('2016-10-28'), '28 October 2016')
  t.equal(dayOf('2026-11-22T23:59:59Z'), '22 November 2026', 'in UTC, wherever the server stands')
  t.equal(monthOf('2016-10-28'), 'October 2016')
})

t.test('days from one to another say once what they share', async (t) => {
  t.equal(daysOf('2016-09-12', '2016-09-16'), '12 to 16 September 2016')
  t.equal(daysOf('2016-10-31', '2016-11-04'), '31 October to 4 November 2016')
  t.equal(daysOf('2016-12-28', '2017-01-04'), '28 December 2016 to 4 January 2017')
  t.equal(daysOf('2016-09-12', '2016-09-12'), '12 September 2016')
})
