import { Controller, Inject } from '@nestjs/common';
import type { Given, Taken } from '@tank/contracts';
import { Step } from '@tank/messaging';
import { MapMail } from './map-mail.js';

@Controller()
export class MapMailHandler {
  constructor(@Inject(MapMail) private readonly mapping: MapMail) {}

  @Step('map', { concurrency: 64 })
  map(mail: Taken<'map'>): Promise<Given<'map'> | Given<'map'>[]> {
    return this.mapping.mapMail(mail);
  }
}
