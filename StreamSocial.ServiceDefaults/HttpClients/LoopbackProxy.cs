namespace StreamSocial.ServiceDefaults.HttpClients;

/// <summary>Keeps what goes to this machine away from the proxy that the environment names.</summary>
public static class LoopbackProxy
{
    private static readonly string[] Variables = ["no_proxy", "NO_PROXY"];
    private static readonly string[] Loopback = ["localhost", ".localhost", "127.0.0.1", "[::1]"];

    /// <summary>
    /// Adds the loopback addresses to <c>no_proxy</c>: of this process, for every HTTP client that it makes, those of libraries included, and of the processes that it
    /// starts. Call it before the first of these: a client's default proxy is read once.
    /// </summary>
    /// <remarks>
    /// Where only <c>HTTP_PROXY</c> is set, as in a company's network, the proxy knows nothing of this machine's ports, and every health check would fail.
    /// </remarks>
    public static void Bypass()
    {
        foreach (var variable in Variables)
            Environment.SetEnvironmentVariable(variable, WithLoopback(Environment.GetEnvironmentVariable(variable)));
    }

    private static string WithLoopback(string? hosts)
    {
        var known = (hosts ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join(',', known.Union(Loopback, StringComparer.OrdinalIgnoreCase));
    }
}
