/** Line icons, 24 × 24, in the colour of the text beside them; always decoration. */
import type { ComponentChildren } from 'preact';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const LotusIcon = () => (
  <Icon>
    <path
      class="petal"
      d="M12 4c2.4 2.5 3.5 5 3.5 7.5 0 2.4-1.3 4.5-3.5 6-2.2-1.5-3.5-3.6-3.5-6C8.5 9 9.6 6.5 12 4z"
    />
    <path d="M8.5 11.5C8.1 9.7 7 8.3 5.3 7.5c-.8 3.3-.2 6.1 1.4 8 1.3 1.4 3 2.2 5.3 2.1M15.5 11.5c.4-1.8 1.5-3.2 3.2-4 .8 3.3.2 6.1-1.4 8-1.3 1.4-3 2.2-5.3 2.1" />
  </Icon>
);
export const CodeIcon = () => (
  <Icon>
    <path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM18.5 18.5H20V20h-1.5zM20 14v1M14 20h1" />
  </Icon>
);
export const TripsIcon = () => (
  <Icon>
    <circle cx="6" cy="6" r="2" />
    <circle cx="18" cy="18" r="2" />
    <path d="M8 6h7.5a3 3 0 0 1 0 6h-7a3 3 0 0 0 0 6H16" />
  </Icon>
);
export const CardsIcon = () => (
  <Icon>
    <rect x="3" y="7" width="18" height="13" rx="2.5" />
    <path d="M6 4h12M3 12h18M7 16h4" />
  </Icon>
);
export const MetroIcon = () => (
  <Icon>
    <rect x="5" y="3.5" width="14" height="13.5" rx="4" />
    <path d="M5 11h14M8.5 14h.01M15.5 14h.01M8.5 17 6 20.5M15.5 17l2.5 3.5" />
  </Icon>
);
export const BusIcon = () => (
  <Icon>
    <rect x="4" y="4" width="16" height="13.5" rx="2.5" />
    <path d="M4 11.5h16M7.5 14.5h.01M16.5 14.5h.01M7 17.5V20M17 17.5V20" />
  </Icon>
);
export const WalletIcon = () => (
  <Icon>
    <path d="M17 8V5.5A1.5 1.5 0 0 0 15.5 4H5.5a2 2 0 0 0 0 4H19a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 19 20H5.5a2 2 0 0 1-2-2V6M16.5 14h.01" />
  </Icon>
);
export const PassIcon = () => (
  <Icon>
    <path d="M4 7h16v3.2a1.9 1.9 0 0 0 0 3.6V17H4v-3.2a1.9 1.9 0 0 0 0-3.6zM14.5 7v2M14.5 11v2M14.5 15v2" />
  </Icon>
);
export const DoneIcon = () => (
  <Icon>
    <circle cx="12" cy="12" r="8.5" />
    <path d="m8 12.3 2.8 2.8L16 9.5" />
  </Icon>
);
export const BackIcon = () => (
  <Icon>
    <path d="m14.5 5.5-6.5 6.5 6.5 6.5" />
  </Icon>
);
export const LockIcon = () => (
  <Icon>
    <rect x="5" y="10.5" width="14" height="10" rx="2.5" />
    <path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M12 5v14M5 12h14" />
  </Icon>
);
export const OfflineIcon = () => (
  <Icon>
    <path d="M4 4l16 16M2.5 9a14 14 0 0 1 4.5-2.8M21.5 9A14 14 0 0 0 11 5.2M5.5 12.5a10 10 0 0 1 4-2.3M18.5 12.5a10 10 0 0 0-3.3-2.1M8.7 15.9a5 5 0 0 1 6.6 0M12 19.5h.01" />
  </Icon>
);
