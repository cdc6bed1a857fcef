import { Component, type ComponentChildren } from 'preact';

/** A page that breaks says so, and leaves the bar above it alive. */
export class Boundary extends Component<{ children: ComponentChildren }, { broken: string }> {
  state = { broken: '' };

  componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ broken: error instanceof Error ? error.message : String(error) });
  }

  render() {
    if (!this.state.broken) return this.props.children;
    return (
      <div class="failed">
        <h1>This page broke</h1>
        <p class="muted">{this.state.broken}</p>
        <p>The data is not touched by it. The other pages go on.</p>
        <button type="button" onClick={() => this.setState({ broken: '' })}>
          Try again
        </button>
      </div>
    );
  }
}
