namespace StreamSocial.Streams.Membership;

/// <summary>What follows from a report.</summary>
public sealed partial class Member
{
    /// <summary>Partitions that others still own and the member prepares to take over.</summary>
    public int ToCome => WarmUps.Sum(warmUp => warmUp.Warm.Count + warmUp.Warming.Count);

    /// <summary>Those of them whose state it has.</summary>
    public int Warm => WarmUps.Sum(warmUp => warmUp.Warm.Count);
}
