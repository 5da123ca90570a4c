/** What the formulas say about the body at one instant. All angles in degrees; see the README for each. */
export interface Drive {
  /** Lead arm in its swing plane: 0 hangs down, 90 level and away from the target, -90 level towards it. */
  armSwing: number;
  /** Shaft in its swing plane: 0 down, 90 level and away from the target, -90 level towards it. */
  shaftSwing: number;
  armPlane: number;
  shaftPlane: number;
  /** How far the hands are from the lead shoulder, as a share of the straight arm. */
  reach: number;
  /** 0: hands hang from the lead shoulder; 1: from the middle of the shoulders. */
  centring: number;
  shoulderTurn: number;
  hipTurn: number;
  spineForwardBend: number;
  spineSideBend: number;
  /** Metres for a golfer of 1.78 m. */
  pelvisX: number;
  pelvisY: number;
  pelvisZ: number;
  headTurn: number;
  headPitch: number;
  trailHeelLift: number;
}
