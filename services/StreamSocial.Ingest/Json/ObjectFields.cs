using System.Text;
using System.Text.Json;

namespace StreamSocial.Ingest.Json;

/// <summary>
/// The properties of one object while it is read. Each may stand in it once: readers disagree on which of two counts, and a bound of one value
/// would not bound their sum.
/// </summary>
internal ref struct ObjectFields(FieldErrors errors)
{
    private const string Rule = "is given more than once";
    private const int LongestNameInAnswer = 64;

    private uint _known;
    private HashSet<string>? _unknown;

    /// <summary>Moves to the next property whose name is text; false at the end of the object.</summary>
    public readonly bool MoveNext(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (JsonText.IsValid(json))
                return true;
            errors.Add("", "has a name that is not valid Unicode");
            json.Skip();
        }

        return false;
    }

    /// <summary>Moves to the value if the reader is at the property of this name.</summary>
    /// <param name="json">At a property.</param>
    /// <param name="index">Identifies the property among those of its object, 0 to 31.</param>
    /// <param name="utf8Name">Its name.</param>
    public bool TryEnter(ref Utf8JsonReader json, int index, ReadOnlySpan<byte> utf8Name)
    {
        if (!json.ValueTextEquals(utf8Name))
            return false;
        if ((_known & (1u << index)) != 0)
            errors.Add(Encoding.UTF8.GetString(utf8Name), Rule);
        _known |= 1u << index;
        return json.Read();
    }

    /// <summary>Skips a property that this version does not know, with its value.</summary>
    public void Skip(ref Utf8JsonReader json)
    {
        _unknown ??= new(StringComparer.Ordinal);
        var name = json.GetString()!;
        if (!_unknown.Add(name))
            errors.Add(name.Length <= LongestNameInAnswer ? name : name[..LongestNameInAnswer], Rule);
        json.Skip();
    }
}
