namespace StreamSocial.ServiceDefaults.Http.Limits;

/// <summary>Feature of a request to which no limits of clients apply, because it comes from a part of StreamSocial that has limited its own client.</summary>
public sealed class UnlimitedCaller
{
    private UnlimitedCaller()
    {
    }

    /// <summary>The feature.</summary>
    public static UnlimitedCaller Instance { get; } = new();
}
