using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>Runs an AppHost's entry point as far as its application is described.</summary>
public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync(typeof(TEntryPoint), args, cancellationToken);

    /// <summary>Runs the entry point of the assembly that <paramref name="entryPoint"/> is in, with the dashboard switched off.</summary>
    /// <exception cref="InvalidOperationException">The entry point ended before it built an application.</exception>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync(Type entryPoint, string[] args, CancellationToken cancellationToken = default)
    {
        var assembly = entryPoint.Assembly;
        var main = assembly.EntryPoint ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no entry point.");
        var interception = new EntryPointInterception(assembly, options => options.DisableDashboard = true);
        // A thread of its own: Build blocks it until the test goes on.
        var run = Task.Factory.StartNew(
            () =>
            {
                EntryPointInterception.Current = interception;
                var result = main.Invoke(null, System.Reflection.BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? [] : [args], null);
                return result is int exitCode ? exitCode : 0;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await Task.WhenAny(interception.Building, run).WaitAsync(cancellationToken);
        if (interception.Building.IsCompletedSuccessfully)
            return new InterceptedBuilder(interception, await interception.Building, run);

        var ended = await run;
        throw new InvalidOperationException($"The entry point of {assembly.GetName().Name} ended with exit code {ended} before it built an application.");
    }

    /// <summary>Waits for the entry point to end by the exception that stops it.</summary>
    internal static async Task DrainAsync(Task run)
    {
        try
        {
            await run;
        }
        catch (Exception e) when (e is HostAbortedException or OperationCanceledException)
        {
            // Its application was taken over, or given up, by the test.
        }
    }
}
