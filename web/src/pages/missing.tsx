import { place } from '../place';
import { useTitle } from '../parts/title';

export function Missing() {
  useTitle('No such page');
  return (
    <div class="alone">
      <h1>There is no such page</h1>
      <p class="muted mono">{place.value.path.slice(0, 200)}</p>
      <p>
        Search above, or go <a href="/">to what happens now</a>.
      </p>
    </div>
  );
}
