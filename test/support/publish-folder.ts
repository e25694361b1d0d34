// Publishes a folder of releases in a process of its own, as `npm run db:seed` does with the real ones: node ... URL FOLDER
import { publish } from '../../src/dataset/publish.ts'
import { openOwner } from '../../src/db/client.ts'

const [, , url = '', folder = ''] = process.argv
const owner = openOwner(url)
await publish(owner, folder)
await owner.destroy()
