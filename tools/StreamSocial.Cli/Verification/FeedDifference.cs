namespace StreamSocial.Cli.Verification;

/// <summary>How one feed differs from the reference.</summary>
/// <param name="Lost">Entries that should be there and are not.</param>
/// <param name="Duplicated">Entries that are there more than once.</param>
/// <param name="Misordered">Entries that arrived before an earlier one of the same author.</param>
/// <param name="Unexpected">Entries that should not be there.</param>
/// <param name="Wrong">Entries that are there with other contents.</param>
/// <param name="Displaced">Whether the entries, all right in themselves, stand in another order.</param>
internal sealed record FeedDifference(int Lost, int Duplicated, int Misordered, int Unexpected, int Wrong, bool Displaced)
{
    public static FeedDifference None { get; } = new(0, 0, 0, 0, 0, false);

    public bool IsNone => this == None;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Lost} lost, {Duplicated} duplicated, {Misordered} misordered, {Unexpected} unexpected, {Wrong} with other contents{(Displaced ? ", in another order" : "")}";
}
